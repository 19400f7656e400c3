namespace LivCloud.Lab.Measuring;

/// <summary>Finds how long a guest was paused, from outside: its clock stands still meanwhile. Pure; times are nanoseconds.</summary>
/// <remarks>
/// Each answer gives the offset between the two clocks as in NTP (RFC 5905, section 8): halfway between question and answer, the guest's clock was read.
/// Of the answers of half a second the quickest counts, since it waited least. A pause is a jump of that offset, whatever became of probes and paths.
/// </remarks>
internal struct PauseMeter
{
    private const long SliceNanoseconds = 500_000_000;
    private long? _sliceEnd, _previousOffset;
    private long _bestRtt, _bestOffset, _longest;

    /// <summary>The longest pause so far, the slice under way included.</summary>
    public readonly long LongestNanoseconds =>
        _sliceEnd is not null && _previousOffset is { } previous ? Math.Max(_longest, _bestOffset - previous) : _longest;

    /// <summary>Notes an answer; they must come in order of <paramref name="received"/>.</summary>
    /// <param name="sent">When its question was sent, by our clock.</param>
    /// <param name="received">When it came, by our clock.</param>
    /// <param name="guestClock">What the guest's clock said.</param>
    public void Answered(long sent, long received, long guestClock)
    {
        if (_sliceEnd is { } end && received >= end)
        {
            (_longest, _previousOffset, _sliceEnd) = (LongestNanoseconds, _bestOffset, null);
        }

        if (_sliceEnd is null)
        {
            (_sliceEnd, _bestRtt) = (received + SliceNanoseconds, long.MaxValue);
        }

        if (received - sent < _bestRtt)
        {
            (_bestRtt, _bestOffset) = (received - sent, sent + ((received - sent) / 2) - guestClock);
        }
    }
}
