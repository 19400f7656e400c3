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

    /// <summary>Makes the calling thread's timers exact and lets it run before others, as far as this process may.</summary>
    /// <remarks>Emulated guests keep every processor busy; a thread of ordinary priority was 10 ms late at times. Real-time scheduling is refused in some
    /// containers; a low nice value is the next best.</remarks>
    public static void MakeThreadPunctual()
    {
        _ = Libc.prctl(Libc.PR_SET_TIMERSLACK, 1, 0, 0, 0);
        var priority = 1;
        // SAFETY: struct sched_param is one int, which lives on this stack.
        if (Libc.sched_setscheduler(0, Libc.SCHED_RR, &priority) != 0)
        {
            _ = Libc.setpriority(0, 0, -15);
        }
    }
}
