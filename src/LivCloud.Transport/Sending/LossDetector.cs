using LivCloud.Transport.Measuring;

namespace LivCloud.Transport.Sending;

/// <summary>Finds lost packets by time: one that was sent well before another that has arrived is lost (as RACK does, RFC 8985).</summary>
/// <remarks>A packet that is sent again has a new time of sending, so one that is lost again is found the same way.</remarks>
internal sealed class LossDetector(Scoreboard scoreboard, RoundTrip roundTrip)
{
    private static readonly TimeSpan MinReordering = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan CalmBefore = TimeSpan.FromSeconds(3);
    private const double MaxFactor = 4;
    private Instant? _newestSentAt;
    private Instant _changedAt;
    private long _spurious, _duplicates;
    private double _factor = 1;

    /// <summary>How much later a packet may arrive than one that was sent behind it.</summary>
    public TimeSpan Reordering
    {
        get
        {
            var most = roundTrip.Minimum / 2 > MinReordering ? roundTrip.Minimum / 2 : MinReordering;
            var wanted = roundTrip.Minimum / 8 * _factor;
            return wanted < MinReordering ? MinReordering : wanted > most ? most : wanted;
        }
    }

    /// <summary>Takes when the newest packet that has arrived was sent.</summary>
    public void OnArrived(Instant sentAt) => _newestSentAt = _newestSentAt is { } newest ? Instant.Later(newest, sentAt) : sentAt;

    /// <summary>Marks what is lost.</summary>
    /// <param name="knownBefore">Before which packet the scoreboard knows all that has arrived.</param>
    /// <param name="duplicates">How many packets the receiver got twice in all.</param>
    /// <param name="now">Now.</param>
    public void Detect(long knownBefore, long duplicates, Instant now)
    {
        Adapt(duplicates, now);

        // One of which nothing is known may be older than others of which all is: after heavy loss a report does not hold all holes.
        for (var index = scoreboard.Oldest; index is { } one && _newestSentAt - scoreboard.SentAt(one) > Reordering;)
        {
            index = scoreboard.SentAfter(one);
            if (one < knownBefore)
            {
                scoreboard.MarkLost(one);
            }
        }
    }

    // What was sent again for nothing tells that the path reorders more than was thought.
    private void Adapt(long duplicates, Instant now)
    {
        if (duplicates > _duplicates || scoreboard.SpuriousTotal > _spurious)
        {
            _factor = Math.Min(_factor * 1.5, MaxFactor);
            _changedAt = now;
        }
        else if (now - _changedAt > CalmBefore)
        {
            _factor = Math.Max(1, _factor * 0.8);
            _changedAt = now;
        }

        (_duplicates, _spurious) = (duplicates, scoreboard.SpuriousTotal);
    }
}
