namespace LivCloud.Transport.Congestion;

/// <summary>How many packets had arrived when, by the receiver's clock: from it come the rates of windows of time.</summary>
/// <remarks>The receiver's clock makes it blind to what happens to reports on their way back. The time between sending counts too, so that a burst
/// or the jitter of the path can not show more than was sent.</remarks>
internal sealed class RateHistory
{
    private const int Size = 1024;
    private readonly Entry[] _entries = new Entry[Size];
    private int _count;
    private int _newest = Size - 1;

    /// <summary>Takes a report that tells of new packets.</summary>
    public void Add(in ArrivalReport report)
    {
        _newest = (_newest + 1) % Size;
        _entries[_newest] = new Entry(report.Arrived, report.ArrivedAt, report.SentAt);
        _count = Math.Min(_count + 1, Size);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _count = 0;

    /// <summary>The rate of the last while.</summary>
    /// <param name="window">How long a while.</param>
    /// <param name="sinceArrived">How many packets had arrived at its beginning.</param>
    /// <returns>Packets per second; null when too little of the window is known.</returns>
    public double? Rate(TimeSpan window, out long sinceArrived)
    {
        sinceArrived = 0;
        if (_count < 2)
        {
            return null;
        }

        ref readonly var newest = ref _entries[_newest];
        var at = _newest;
        for (var i = 1; i < _count; i++)
        {
            at = (_newest - i + Size) % Size;
            if (newest.ArrivedAt - _entries[at].ArrivedAt >= window)
            {
                break;
            }
        }

        ref readonly var first = ref _entries[at];
        var span = newest.ArrivedAt - first.ArrivedAt;
        if (span < window * 0.6)
        {
            return null;
        }

        sinceArrived = first.Arrived;
        var sent = newest.SentAt - first.SentAt;
        return (newest.Arrived - first.Arrived) / (sent > span ? sent : span).TotalSeconds;
    }

    private readonly record struct Entry(long Arrived, TimeSpan ArrivedAt, Instant SentAt);
}
