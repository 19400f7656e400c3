namespace LivCloud.Transport.Measuring;

/// <summary>Notices that packets take a longer way than before: their delay jumps by more than any queue could grow between two of them.</summary>
/// <remarks>Until it is known, a longer way looks like a queue that nothing empties. Taking a stall of some host for one does no harm: the next packet that is faster
/// again is the new least.</remarks>
internal sealed class PathChange
{
    private static readonly TimeSpan LeastJump = TimeSpan.FromMilliseconds(20);

    /// <summary>How fast a queue may grow, in seconds for each second: a start-up's 1.77, and half of that again for others.</summary>
    private const double QueueGrowth = 2.5;
    private Instant _sentAt;
    private TimeSpan? _delay;

    /// <summary>Takes the delay of packets.</summary>
    /// <param name="sentAt">When the newest of them was sent.</param>
    /// <param name="delay">The least time that they were on the way, from an arbitrary zero.</param>
    /// <returns>Whether the way has become longer.</returns>
    public bool Add(Instant sentAt, TimeSpan delay)
    {
        var hasJumped = _delay is { } before && delay - before > LeastJump + ((sentAt - _sentAt) * QueueGrowth);
        (_sentAt, _delay) = (sentAt, delay);
        return hasJumped;
    }
}
