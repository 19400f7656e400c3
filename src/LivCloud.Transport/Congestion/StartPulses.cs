namespace LivCloud.Transport.Congestion;

/// <summary>How a flow begins: with pulses of a multiple of what is known to arrive. What arrives of one is the pace until the next.</summary>
/// <remarks>To go on at the higher pace until an answer comes, a round trip later, would overflow the queue of a long path by that round trip's excess.</remarks>
internal sealed class StartPulses
{
    private const double Gain = 2.77, Growth = 1.25, Whole = 0.85;
    private const int MaxFruitless = 3, QueuedReports = 3;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(50), Slack = TimeSpan.FromMilliseconds(30);
    private Instant? _since, _limitedAt;
    private bool _wasLimited, _isSparse;
    private double _base;
    private int _fruitless, _queued;

    /// <summary>Whether the path is found: a queue grows while less arrives than is sent, or several pulses showed nothing more.</summary>
    public bool IsOver => _fruitless >= MaxFruitless || _queued >= QueuedReports;

    /// <summary>Begins anew.</summary>
    public void Restart() => (_since, _limitedAt, _wasLimited, _isSparse, _fruitless, _queued) = (null, null, false, false, 0, 0);

    /// <summary>Packets per second.</summary>
    /// <param name="known">How many have been seen to arrive.</param>
    /// <param name="now">Now.</param>
    public double Pace(double known, Instant now) => _isSparse ? Gain * known : now - _since < Length ? Math.Max(known, Gain * _base) : known;

    /// <summary>Takes that there was nothing to send for a moment: what arrives then says little of the path.</summary>
    public void OnLimited() => _wasLimited = true;

    /// <summary>Takes what a report shows.</summary>
    /// <param name="report">It.</param>
    /// <param name="sample">Packets per second that arrived lately.</param>
    /// <param name="known">The most that have been seen to arrive.</param>
    /// <param name="queueSeconds">The queue.</param>
    public void Add(in ArrivalReport report, double sample, double known, double queueSeconds)
    {
        // With pauses between what there is to send, a pace that is too high does no harm, and one that is too low would make it less.
        var now = report.Now;
        _limitedAt = _wasLimited ? now : _limitedAt;
        _wasLimited = false;
        _isSparse = now - _limitedAt < report.SmoothedRoundTrip + Length;
        if (_since is not { } since)
        {
            Begin(Math.Max(sample, known), now);
            return;
        }

        var answered = now - since - report.SmoothedRoundTrip;
        var isWhole = sample >= Whole * Gain * _base;
        if (answered <= TimeSpan.Zero)
        {
            return;
        }

        _queued = !_isSparse && !isWhole && queueSeconds > Math.Max(0.010, report.MinimumRoundTrip.TotalSeconds / 20) ? _queued + 1 : 0;
        if (isWhole || answered > Length + Slack)
        {
            _fruitless = _limitedAt >= since || known >= Growth * _base ? 0 : _fruitless + 1;
            Begin(Math.Max(sample, 0.9 * known), now);
        }
    }

    private void Begin(double known, Instant now) => (_base, _since, _queued) = (known, now, 0);
}
