using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class Domain
{
    private const uint DirtyRateStatistics = 1 << 9;   // VIR_DOMAIN_STATS_DIRTYRATE

    /// <summary>
    /// Starts to measure how fast the guest writes to its memory (libvirt 7.2); <see cref="GetDirtyRate"/> has the result.
    /// </summary>
    /// <param name="period">How long to measure: 1 to 60 seconds, in whole seconds.</param>
    /// <remarks>
    /// QEMU samples pages and counts those that differ after the period, so the result is at most the working set divided by the period.
    /// During a migration the call waits for libvirt's job lock and fails after 30 s.
    /// </remarks>
    public void StartDirtyRateCalculation(TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, TimeSpan.FromSeconds(60));
        Check(LibVirt.virDomainStartDirtyRateCalc(_handle, (int)period.TotalSeconds, 0), "measure the dirty rate of");
    }

    /// <summary>The last measurement of <see cref="StartDirtyRateCalculation"/>, or how it stands.</summary>
    public DirtyRate GetDirtyRate()
    {
        var values = ReadStatistics(DirtyRateStatistics, "read the dirty rate of");
        return new DirtyRate(
            (DirtyRateStatus)values.Number("dirtyrate.calc_status"),
            TimeSpan.FromSeconds(values.Number("dirtyrate.calc_period")),
            values.TryGet("dirtyrate.megabytes_per_second", out var mebibytes) ? mebibytes * BytesPerMiB : null);
    }
}
