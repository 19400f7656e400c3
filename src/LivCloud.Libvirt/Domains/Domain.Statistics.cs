using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class Domain
{
    private const uint BlockStatistics = 1 << 5;   // VIR_DOMAIN_STATS_BLOCK
    private const uint DoNotWait = 1 << 29;        // VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT

    /// <summary>What the guest has written to all its disks since it started, in bytes; null while another call holds libvirt's lock on the domain.</summary>
    public long? GetDiskWrittenBytes()
    {
        var values = ReadStatistics(BlockStatistics, "read the disk statistics of", DoNotWait);
        var written = values.Fields.Where(field => field.StartsWith("block.", StringComparison.Ordinal) && field.EndsWith(".wr.bytes", StringComparison.Ordinal)).ToList();
        // Without the lock libvirt tells the disks' names only.
        return written.Count == 0 && values.Number("block.count") != 0 ? null : written.Sum(values.Number);
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
