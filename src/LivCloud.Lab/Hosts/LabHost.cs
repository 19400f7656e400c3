using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using LivCloud.Lab.Networks;
using LivCloud.Lab.Processes;

namespace LivCloud.Lab.Hosts;

/// <summary>A host of a lab: namespaces (network, mount, UTS, PID) in which libvirtd and the agent run, with files of its own.</summary>
public sealed class LabHost
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly LabNames _names;
    private readonly NetworkScript _network;

    internal LabHost(string name, string address, LabNames names, NetworkScript network)
    {
        (Name, Address, _names, _network) = (name, address, names, network);
        RunDirectory = $"{names.RunDirectory}/hosts/{name}/run";
        DataDirectory = $"{names.DataDirectory}/hosts/{name}";
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its underlay address, at which its agent listens on port 8470.</summary>
    public string Address { get; }

    /// <summary>The host's /run as this process sees it.</summary>
    public string RunDirectory { get; }

    /// <summary>Where the host's /etc/…, /var/… directories are as this process sees them: "DataDirectory/var/log" is its /var/log.</summary>
    public string DataDirectory { get; }

    /// <summary>The agent's API socket as this process sees it.</summary>
    public string ApiSocketPath => $"{RunDirectory}/livcloud/agent.sock";

    /// <summary>Libvirtd's socket as this process sees it.</summary>
    public string LibvirtSocketPath => $"{RunDirectory}/libvirt/libvirt-sock";

    /// <summary>The host's network namespace.</summary>
    public string NetworkNamespace => _names.HostNamespace(Name);

    /// <summary>Whether the host has power.</summary>
    public bool IsRunning => FirstProcess() is not null;

    /// <summary>Runs a program inside the host and waits for it.</summary>
    /// <exception cref="LabException">The host has no power.</exception>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken = default) =>
        CommandRunner.RunAsync([.. EnterCommand(), .. command], cancellationToken);

    /// <summary>Runs a program inside the host and waits for it.</summary>
    public Task<CommandResult> RunAsync(params string[] command) => RunAsync(command, CancellationToken.None);

    /// <summary>Becomes a program inside the host: terminal, signals and exit code are then the program's own. Returns only by an exception.</summary>
    [DoesNotReturn]
    public void Become(IReadOnlyList<string> command)
    {
        // This process ignores SIGPIPE, as all of .NET does; the program must not inherit that.
        // `livcloud` is found in it, wherever it lies.
        var path = $"PATH={Path.GetDirectoryName(LabState.Load(_names).Executable)}:{Environment.GetEnvironmentVariable("PATH")}";
        string?[] arguments = ["env", "--default-signal", path, .. EnterCommand(), .. command, null];
        _ = Native.Libc.execvp("env", arguments);
        throw new LabException(LabError.Unsupported, $"The program 'env' can not be started: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>Kills one process of the host at once (SIGKILL).</summary>
    /// <param name="process">"libvirtd", "agent" (both are started again after 0.2 s) or "qemu" (all guests of the host).</param>
    /// <param name="keepDown">Whether it stays down until <see cref="ReleaseAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LabException">No such process runs.</exception>
    public async Task KillProcessAsync(string process, bool keepDown = false, CancellationToken cancellationToken = default)
    {
        if (keepDown)
        {
            await File.WriteAllTextAsync(HoldFile(process), "", cancellationToken);
        }

        // Beside those of the guests' emulators, libvirtd keeps its own.
        var pattern = process == "qemu" ? "$(ls /run/libvirt/qemu/*.pid | grep -v /driver.pid)" : $"/run/lab/{process}.pid";
        var result = await RunAsync(["sh", "-c", $"for f in {pattern}; do kill -9 $(cat $f) && killed=1; done; [ -n \"$killed\" ]"], cancellationToken);
        if (!result.Succeeded)
        {
            throw new LabException(LabError.NotFound, $"No process '{process}' runs on the host '{Name}': {result.Error.Trim()}");
        }
    }

    /// <summary>Changes one setting of the host's agent, from its next start on.</summary>
    /// <param name="name">The setting, as agent.yaml names it.</param>
    /// <param name="value">What it is to be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ConfigureAgentAsync(string name, string value, CancellationToken cancellationToken = default)
    {
        var path = $"{DataDirectory}/etc/livcloud/agent.yaml";
        var others = (await File.ReadAllLinesAsync(path, cancellationToken)).Where(line => !line.StartsWith($"{name}:", StringComparison.Ordinal));
        await File.WriteAllLinesAsync(path, [.. others, $"{name}: {value}"], cancellationToken);
    }

    /// <summary>Lets a daemon that was kept down start again.</summary>
    public Task ReleaseAsync(string process)
    {
        File.Delete(HoldFile(process));
        return Task.CompletedTask;
    }

    /// <summary>Cuts the host's power: its cables first, so that nobody gets a FIN or a reset, then all of its processes at once.</summary>
    public async Task PowerOffAsync(CancellationToken cancellationToken = default)
    {
        if (FirstProcess() is not { } first)
        {
            throw new LabException(LabError.Conflict, $"The host '{Name}' is powered off already.");
        }

        await CommandRunner.RunCheckedAsync(["bash", "-e"], cancellationToken, _network.Cables(Name, plugged: false));
        LabProcesses.Kill(first);
        // Guests with much memory take a moment to be gone.
        while (LabProcesses.In(NetworkNamespace).Count > 0)
        {
            await Task.Delay(5, cancellationToken);
        }

        // The network namespace outlives the host, and in it the kernel would send what the dead had still to say once the cables are back.
        // Where the kernel can not forget connections (CONFIG_INET_DIAG_DESTROY), that is all that is left of the host.
        await CommandRunner.RunAsync(["nsenter", $"--net={Native.NetworkNamespace.Directory}/{NetworkNamespace}", "ss", "--kill", "--tcp"], cancellationToken);
    }

    /// <summary>Gives the host power (again) and waits for its libvirtd. Its disks are as they were, its /run is empty.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
        {
            throw new LabException(LabError.Conflict, $"The host '{Name}' runs already.");
        }

        var state = LabState.Load(_names);
        if (Directory.Exists(RunDirectory))
        {
            Directory.Delete(RunDirectory, recursive: true);
        }

        Directory.CreateDirectory(RunDirectory);
        await CommandRunner.RunCheckedAsync(["bash", "-e"], cancellationToken, _network.Cables(Name, plugged: true));
        await LabProcesses.StartAsync(_names.Lab, $"{_names.RunDirectory}/host.{Name}.log",
        [
            "nsenter", $"--net={Native.NetworkNamespace.Directory}/{NetworkNamespace}",
            "unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child",
            "bash", $"{_names.RunDirectory}/host-init.sh", Name, DataDirectory, RunDirectory, .. state.WithAgents ? (string[])[state.Executable] : [],
        ], cancellationToken);
        await WaitForLibvirtAsync(cancellationToken);
    }

    private List<string> EnterCommand() => FirstProcess() is { } first
        ? ["nsenter", "--target", first.ToString(CultureInfo.InvariantCulture), "--net", "--mount", "--uts", "--pid", "--"]
        : throw new LabException(LabError.Conflict, $"The host '{Name}' is powered off; `livcloud lab host start {_names.Lab} {Name}` starts it.");

    private async Task WaitForLibvirtAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.StartNew();
        while (true)
        {
            if (File.Exists(LibvirtSocketPath) && IsRunning && (await RunAsync(["virsh", "-c", "qemu:///system", "-q", "uri"], cancellationToken)).Succeeded)
            {
                return;
            }

            if (start.Elapsed > StartLimit)
            {
                throw new LabException(LabError.Failed,
                    $"libvirtd of the host '{Name}' does not answer within {StartLimit.TotalSeconds:0} s; see {DataDirectory}/var/log/libvirtd.log and {_names.RunDirectory}/host.{Name}.log.");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    private string HoldFile(string process) => $"{RunDirectory}/lab/hold.{process}";

    /// <summary>The host's first process as this process sees it: the one whose parent is the lab's `unshare`, in the host's network namespace.</summary>
    private int? FirstProcess()
    {
        var identity = Native.NetworkNamespace.Identity(NetworkNamespace);
        return identity is null ? null : LabProcesses.FirstInPidNamespace(identity, $"{_names.RunDirectory}/host-init.sh");
    }
}
