using System.Globalization;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt.Emulators;

/// <summary>A QEMU process on this host, told from a later process with the same number.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot (proc(5), field 22 of stat).</param>
/// <param name="BootId">Which boot of the host that was.</param>
public sealed record EmulatorProcess(int Pid, long StartTicks, string BootId)
{
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>Fields of /proc/PID/stat behind the command's closing bracket, counted from 0: state and start time.</summary>
    private const int StateField = 0;
    private const int StartField = 19;

    /// <summary>The process of a running domain, by the pid file that libvirt keeps; null when there is none.</summary>
    /// <param name="stateDirectory">Libvirt's directory for running QEMU domains, usually /run/libvirt/qemu.</param>
    /// <param name="domain">The domain's name.</param>
    public static EmulatorProcess? Find(string stateDirectory, string domain)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(stateDirectory, $"{domain}.pid")), NumberStyles.Integer, CultureInfo.InvariantCulture, out var pid)
                && ReadStat(pid) is { } stat
                ? new EmulatorProcess(pid, stat.StartTicks, ReadBootId())
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>What it does now.</summary>
    public EmulatorProcessState State => ReadBootId() == BootId && ReadStat(Pid) is { } stat && stat.StartTicks == StartTicks
        ? stat.State switch
        {
            'T' => EmulatorProcessState.Stopped,
            'Z' or 'X' => EmulatorProcessState.Ended,
            _ => EmulatorProcessState.Alive,
        }
        : EmulatorProcessState.Ended;

    /// <summary>Stops it where it is (SIGSTOP).</summary>
    /// <returns>false when it has ended.</returns>
    public bool Stop() => Signal(LibC.SIGSTOP);

    /// <summary>Lets it go on (SIGCONT).</summary>
    /// <returns>false when it has ended.</returns>
    public bool Continue() => Signal(LibC.SIGCONT);

    /// <summary>Ends it at once (SIGKILL).</summary>
    /// <returns>false when it had ended.</returns>
    public bool Kill() => Signal(LibC.SIGKILL);

    private bool Signal(int signal)
    {
        using var process = LibC.pidfd_open(Pid, 0);

        // The descriptor names whatever has the number now; it is the right process when the start time still fits.
        return !process.IsInvalid && State != EmulatorProcessState.Ended && LibC.pidfd_send_signal(process, signal, 0, 0) == 0;
    }

    private static (char State, long StartTicks)? ReadStat(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[StateField][0], long.Parse(fields[StartField], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string ReadBootId() => File.ReadAllText(BootIdPath).Trim();
}

/// <summary>What an emulator process does.</summary>
public enum EmulatorProcessState
{
    /// <summary>It has ended.</summary>
    Ended,

    /// <summary>It is there and not stopped.</summary>
    Alive,

    /// <summary>A signal has stopped it.</summary>
    Stopped,
}
