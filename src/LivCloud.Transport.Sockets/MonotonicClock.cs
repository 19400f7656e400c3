using System.Diagnostics;

namespace LivCloud.Transport.Sockets;

/// <summary>The machine's monotonic clock.</summary>
internal static class MonotonicClock
{
    /// <summary>Now.</summary>
    public static Instant Now => new((long)(Stopwatch.GetTimestamp() * ((double)TimeSpan.TicksPerSecond / Stopwatch.Frequency)));
}
