using System.Diagnostics;

namespace LivCloud.Lab.Native;

/// <summary>CLOCK_MONOTONIC in nanoseconds, and waiting for a moment of it without spinning.</summary>
internal static unsafe class MonotonicClock
{
    // On Linux, Stopwatch counts CLOCK_MONOTONIC in nanoseconds.
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Sleeps until the clock shows <paramref name="nanoseconds"/>; returns at once when it already does.</summary>
    public static void SleepUntil(long nanoseconds)
    {
        Libc.TimeSpec deadline = new() { tv_sec = nanoseconds / 1_000_000_000, tv_nsec = nanoseconds % 1_000_000_000 };
        // SAFETY: the structure lives on this stack; an absolute deadline needs no remainder.
        while (Libc.clock_nanosleep(Libc.CLOCK_MONOTONIC, Libc.TIMER_ABSTIME, &deadline, null) == Libc.EINTR)
        {
        }
    }

    /// <summary>Makes the calling thread's timers exact and its priority high, as far as this process may.</summary>
    public static void MakeThreadPunctual()
    {
        _ = Libc.prctl(Libc.PR_SET_TIMERSLACK, 1, 0, 0, 0);
        _ = Libc.setpriority(0, 0, -15);
    }
}
