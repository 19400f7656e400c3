using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class Domain
{
    private const uint VcpuStatistics = 1 << 3;    // VIR_DOMAIN_STATS_VCPU
    private const uint BlockStatistics = 1 << 5;   // VIR_DOMAIN_STATS_BLOCK
    private const uint DoNotWait = 1 << 29;        // VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT

    /// <summary>What the guest has done since it started, without waiting for libvirt's lock on the domain (virDomainListGetStats).</summary>
    public GuestActivity GetActivity()
    {
        var values = ReadStatistics(VcpuStatistics | BlockStatistics, "read the statistics of", DoNotWait);
        List<string> Fields(string group, string figure) =>
            [.. values.Fields.Where(field => field.StartsWith(group, StringComparison.Ordinal) && field.EndsWith(figure, StringComparison.Ordinal))];
        var (written, times) = (Fields("block.", ".wr.bytes"), Fields("vcpu.", ".time"));

        // Without the lock libvirt tells the disks' names only.
        return new GuestActivity(
            written.Count == 0 && values.Number("block.count") != 0 ? null : written.Sum(values.Number),
            times.Count == 0 ? null : TimeSpan.FromMicroseconds(times.Sum(values.Number) / 1000.0),
            times.Count);
    }

    private unsafe TypedParameterValues ReadStatistics(uint groups, string doing, uint flags = 0)
    {
        var isHeld = false;
        NativeDomainStatsRecord** records = null;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
            var domains = stackalloc nint[2] { _handle.DangerousGetHandle(), 0 };

            // SAFETY: the list of domains ends with null and the handle is held until the end of this method; libvirt stores a list of
            // `count` records, which is read before it is freed below.
            var count = LibVirt.virDomainListGetStats(domains, groups, &records, flags);
            if (count < 0)
            {
                throw Failed(doing);
            }

            return count == 0 ? new TypedParameterValues() : TypedParameterValues.Copy(records[0]->Parameters, records[0]->Count);
        }
        finally
        {
            if (records is not null)
            {
                LibVirt.virDomainStatsRecordListFree(records);
            }

            if (isHeld)
            {
                _handle.DangerousRelease();
            }
        }
    }
}

/// <summary>What a guest has done since it started.</summary>
/// <param name="DiskWrittenBytes">What it wrote to all its disks, in bytes; null while another call holds libvirt's lock on the domain.</param>
/// <param name="VcpuTime">What its virtual processors have run in all; null while libvirt can not tell.</param>
/// <param name="Vcpus">How many virtual processors that are.</param>
public readonly record struct GuestActivity(long? DiskWrittenBytes, TimeSpan? VcpuTime, int Vcpus);
