using System.Text.Json;
using LivCloud.Libvirt;

namespace LivCloud.Agent.Hypervisor;

/// <summary>The jobs in the emulator that copy disks.</summary>
internal static class MirrorJobs
{
    /// <summary>
    /// Makes the guest's writes wait until the destination has them (block-job-change, since QEMU 8.2). A job can not be changed back; it ends with
    /// the migration.
    /// </summary>
    /// <returns>How many jobs were changed.</returns>
    /// <exception cref="LibvirtException">The domain has ended.</exception>
    /// <exception cref="InvalidDataException">The emulator refuses.</exception>
    public static int MakeSynchronous(Domain domain)
    {
        using var jobs = Ask(domain, """{"execute":"query-block-jobs"}""");
        var changed = 0;
        foreach (var job in jobs.RootElement.GetProperty("return").EnumerateArray())
        {
            if (job.GetProperty("type").GetString() == "mirror")
            {
                var id = JsonSerializer.Serialize(job.GetProperty("device").GetString());
                Ask(domain, $$$"""{"execute":"block-job-change","arguments":{"id":{{{id}}},"type":"mirror","copy-mode":"write-blocking"}}""").Dispose();
                changed++;
            }
        }

        return changed;
    }

    private static JsonDocument Ask(Domain domain, string command)
    {
        var answer = JsonDocument.Parse(domain.SendToMonitor(command));
        if (!answer.RootElement.TryGetProperty("error", out var error))
        {
            return answer;
        }

        var reason = error.TryGetProperty("desc", out var text) ? text.GetString() : "no reason";
        answer.Dispose();
        throw new InvalidDataException($"The emulator refused {command}: {reason}");
    }
}
