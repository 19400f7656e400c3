using LivCloud.Lab.Processes;

namespace LivCloud.Lab.Hosts;

/// <summary>Makes a certificate authority for a lab and a certificate for each host, by the same commands that a user would run.</summary>
internal static class LabCertificates
{
    public static async Task IssueAsync(
        string lab, string executable, string authorityDirectory, IEnumerable<(string Host, string Directory)> hosts, CancellationToken cancellationToken)
    {
        await CommandRunner.RunCheckedAsync([executable, "ca", "init", authorityDirectory], cancellationToken, environment: LabProcesses.Mark(lab));
        foreach (var (host, directory) in hosts)
        {
            await CommandRunner.RunCheckedAsync([executable, "ca", "issue", host, "--ca", authorityDirectory, "--out", directory], cancellationToken, environment: LabProcesses.Mark(lab));
            File.Copy($"{authorityDirectory}/ca.crt", $"{directory}/ca.crt", overwrite: true);
        }
    }
}
