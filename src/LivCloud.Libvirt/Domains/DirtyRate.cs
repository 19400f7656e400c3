namespace LivCloud.Libvirt;

/// <summary>How fast a guest writes to its memory.</summary>
/// <param name="Status">Whether it was measured.</param>
/// <param name="Period">How long it is, or was, measured.</param>
/// <param name="BytesPerSecond">Distinct memory written per second, in steps of 1 MiB; null unless measured.</param>
public sealed record DirtyRate(DirtyRateStatus Status, TimeSpan Period, long? BytesPerSecond);

/// <summary>Whether a dirty rate was measured (virDomainDirtyRateStatus).</summary>
public enum DirtyRateStatus
{
    /// <summary>Never asked for since the guest started.</summary>
    Unstarted = 0,

    /// <summary>The period is not over.</summary>
    Measuring = 1,

    /// <summary>There is a result.</summary>
    Measured = 2,
}
