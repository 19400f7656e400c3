using System.Diagnostics;
using System.Globalization;
using System.Text;
using LivCloud.Lab.Native;

namespace LivCloud.Lab.Processes;

/// <summary>The processes of a lab: started so that they outlive who started them, and found again without any record of them.</summary>
/// <remarks>A process belongs to a lab when it lives in one of the lab's network namespaces or carries the lab's name in its environment. Both hold from a
/// process's first instruction on, so that nothing is missed after a kill at any point.</remarks>
internal static class LabProcesses
{
    /// <summary>The environment variable that names the lab.</summary>
    public const string Variable = "LIVCLOUD_LAB";

    /// <summary>The environment that makes a process one of the lab's.</summary>
    /// <remarks>.NET's diagnostics are off in it: their sockets in /tmp stay behind when a process is killed, as most of a lab's are.</remarks>
    public static IReadOnlyDictionary<string, string> Mark(string lab) =>
        new Dictionary<string, string> { [Variable] = lab, ["DOTNET_EnableDiagnostics"] = "0" };

    /// <summary>Starts a daemon in a session of its own, its output appended to a file.</summary>
    public static Task StartAsync(string lab, string logPath, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        CommandRunner.RunCheckedAsync(
            ["/bin/sh", "-c", "log=$1; shift; exec setsid --fork \"$@\" </dev/null >>\"$log\" 2>&1", "sh", logPath, .. command],
            cancellationToken,
            environment: Mark(lab));

    /// <summary>The process ids of all processes of a lab, this one excepted.</summary>
    /// <param name="lab">The lab's name.</param>
    /// <param name="namespaces">The names of its network namespaces.</param>
    public static List<int> Find(string lab, IEnumerable<string> namespaces)
    {
        var networks = namespaces.Select(name => NetworkNamespace.Identity(name)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var mark = Encoding.UTF8.GetBytes($"{Variable}={lab}\0");
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId)
            {
                continue;
            }

            if ((ProcessNetwork(directory) is { } network && networks.Contains(network)) || Contains($"{directory}/environ", mark))
            {
                found.Add(id);
            }
        }

        return found;
    }

    /// <summary>The process that is number 1 of its PID namespace, lives in a network namespace and has an argument; null when there is none.</summary>
    public static int? FirstInPidNamespace(string network, string argument)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && ProcessNetwork(directory) == network && IsFirst(directory) && Contains($"{directory}/cmdline", Encoding.UTF8.GetBytes(argument + "\0")))
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>The process ids of all processes in one network namespace.</summary>
    public static List<int> In(string name)
    {
        var identity = NetworkNamespace.Identity(name);
        return [.. Directory.EnumerateDirectories("/proc")
            .Where(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _) && ProcessNetwork(directory) == identity)
            .Select(directory => int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture))];
    }

    /// <summary>Ends all processes of a lab and waits until none is left.</summary>
    /// <param name="lab">The lab's name.</param>
    /// <param name="namespaces">Tells its network namespaces; asked again and again, because what is being killed may be making more of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LabException">Some did not end.</exception>
    public static async Task KillAsync(string lab, Func<IReadOnlyList<string>> namespaces, CancellationToken cancellationToken)
    {
        var start = Stopwatch.StartNew();
        while (Find(lab, namespaces()) is { Count: > 0 } found)
        {
            if (start.Elapsed > TimeSpan.FromSeconds(15))
            {
                throw new LabException(LabError.Failed, $"The processes {string.Join(", ", found)} of the lab '{lab}' do not end.");
            }

            foreach (var id in found)
            {
                Kill(id);
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Kills one process, if it still is there.</summary>
    public static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception ex) when (ex is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself meanwhile.
        }
    }

    private static string? ProcessNetwork(string directory)
    {
        try
        {
            return File.ResolveLinkTarget($"{directory}/ns/net", returnFinalTarget: false)?.Name;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a process is number 1 of a PID namespace below ours: the last of several numbers in its NSpid line.</summary>
    private static bool IsFirst(string directory)
    {
        try
        {
            var line = File.ReadLines($"{directory}/status").FirstOrDefault(line => line.StartsWith("NSpid:", StringComparison.Ordinal));
            return line?.Split('\t') is { Length: > 2 } numbers && numbers[^1] == "1";
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether a file of /proc with NUL-terminated strings holds one; zombies and kernel threads have empty files.</summary>
    private static bool Contains(string path, byte[] text)
    {
        try
        {
            var content = File.ReadAllBytes(path).AsSpan();
            var at = content.IndexOf(text);
            return at == 0 || (at > 0 && content[at - 1] == 0);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
