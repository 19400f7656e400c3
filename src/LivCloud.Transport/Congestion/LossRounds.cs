namespace LivCloud.Transport.Congestion;

/// <summary>The share of packets that are lost, round trip by round trip, and what the path loses by itself.</summary>
internal sealed class LossRounds
{
    private const int FewPackets = 21;
    private const double MaxBase = 0.05;
    private Instant? _since;
    private long _lost, _arrived, _lostAtStart, _arrivedAtStart;

    /// <summary>The share of the last round that ended; 0 when it had few packets.</summary>
    public double Share { get; private set; }

    /// <summary>What the path loses with an almost empty queue: 0 to 0.05.</summary>
    public double Base { get; private set; }

    /// <summary>How many packets were lost in this round so far.</summary>
    public long RunningLost => _lost - _lostAtStart;

    /// <summary>The share of this round so far.</summary>
    public double RunningShare => ShareOf(_lost - _lostAtStart, _arrived - _arrivedAtStart);

    /// <summary>Takes a report.</summary>
    /// <returns>Whether a round has ended: the newest packet that arrived was sent after the round began.</returns>
    public bool Add(in ArrivalReport report)
    {
        (_lost, _arrived) = (report.LostTotal, report.Arrived);
        if (_since is { } since && report.SentAt < since)
        {
            return false;
        }

        var isFirst = _since is null;
        Share = isFirst ? 0 : RunningShare;
        (_since, _lostAtStart, _arrivedAtStart) = (report.Now, _lost, _arrived);
        return !isFirst;
    }

    /// <summary>Begins a new round with the next report.</summary>
    public void Restart() => _since = null;

    /// <summary>Takes the last round's share for the path's own.</summary>
    public void LearnBase() => Base += (Math.Min(Share, MaxBase) - Base) / 8;

    private static double ShareOf(long lost, long arrived) => lost + arrived < FewPackets ? 0 : (double)lost / (lost + arrived);
}
