using System.Diagnostics;

namespace LivCloud.Bench.Channel;

/// <summary>Measures this process from its making on.</summary>
internal sealed class Meter
{
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;
    private readonly long _allocated = GC.GetTotalAllocatedBytes();

    public double Seconds => Stopwatch.GetElapsedTime(_begin).TotalSeconds;

    public EndReport Read(long bytes)
    {
        using var process = Process.GetCurrentProcess();
        return new EndReport(
            bytes,
            Seconds,
            (Environment.CpuUsage.TotalTime - _cpu).TotalSeconds,
            process.PeakWorkingSet64,
            GC.GetTotalAllocatedBytes() - _allocated);
    }
}
