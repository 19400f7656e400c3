namespace LivCloud.Bench.Channel;

/// <summary>What one end has seen of one run.</summary>
/// <param name="Bytes">Payload.</param>
/// <param name="Seconds">From the first byte to the last.</param>
/// <param name="CpuSeconds">User and system time of the process meanwhile.</param>
/// <param name="PeakRssBytes">The most memory the process ever had.</param>
/// <param name="AllocatedBytes">What the garbage collector handed out meanwhile.</param>
internal sealed record EndReport(long Bytes, double Seconds, double CpuSeconds, long PeakRssBytes, long AllocatedBytes)
{
    public double GigabitsPerSecond => Bytes * 8 / Seconds / 1e9;

    public double CpuSecondsPerGigabyte => CpuSeconds / (Bytes / 1e9);
}
