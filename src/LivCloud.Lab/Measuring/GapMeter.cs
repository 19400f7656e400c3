namespace LivCloud.Lab.Measuring;

/// <summary>Finds the longest silence in a window. Pure; times are nanoseconds of one clock.</summary>
internal struct GapMeter
{
    private readonly long _start;
    private long _last;

    public GapMeter(long windowStart) => _start = _last = windowStart;

    public long LongestNanoseconds { get; private set; }

    /// <summary>When the longest silence began, counted from the window's start.</summary>
    public long LongestAtNanoseconds { get; private set; }

    /// <summary>Something was heard.</summary>
    public void Heard(long now)
    {
        if (now - _last > LongestNanoseconds)
        {
            LongestNanoseconds = now - _last;
            LongestAtNanoseconds = _last - _start;
        }

        _last = Math.Max(_last, now);
    }
}
