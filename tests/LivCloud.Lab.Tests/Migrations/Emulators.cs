using LivCloud.Lab.Hosts;
using LivCloud.Lab.Processes;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>The emulators of a guest on a host, as the kernel shows them: no command is run for it, which a test that looks often would feel.</summary>
internal static class Emulators
{
    /// <summary>Their process ids in this process's eyes.</summary>
    public static IReadOnlyList<int> Find(LabHost host, string guest) =>
        [.. LabProcesses.In(host.NetworkNamespace).Where(id => Read(id, "comm").Trim() == "qemu-system-x86" && Read(id, "cmdline").Contains($"guest={guest},", StringComparison.Ordinal))];

    /// <summary>What the kernel says that one does (proc_pid_stat(5)): 'S' sleeps, 'R' runs, 'T' is stopped by a signal; null when it is gone.</summary>
    public static char? StateOf(int id) => Read(id, "stat") is var stat && stat.LastIndexOf(')') is var at and > 0 && at + 2 < stat.Length ? stat[at + 2] : null;

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return "";
        }
    }
}
