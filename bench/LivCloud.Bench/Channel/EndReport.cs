namespace LivCloud.Bench.Channel;

/// <summary>What one end has seen of one run.</summary>
/// <param name="Bytes">Payload.</param>
/// <param name="Seconds">From the first byte to the last.</param>
/// <param name="CpuSeconds">User and system time of the process meanwhile.</param>
/// <param name="PeakRssBytes">The most memory the process ever had.</param>
/// <param name="AllocatedBytes">What the garbage collector handed out meanwhile.</param>
internal sealed record EndReport(long Bytes, double Seconds, double CpuSeconds, long PeakRssBytes, long AllocatedBytes)
{
    /// <summary>How long an answer took while the link was full, as the session measured; null for bare TLS and for the receiver.</summary>
    public double? LoadedRttMilliseconds { get; init; }

    public double GigabitsPerSecond => Bytes * 8 / Seconds / 1e9;

    public double CpuSecondsPerGigabyte => CpuSeconds / (Bytes / 1e9);
}
