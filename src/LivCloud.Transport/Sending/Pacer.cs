namespace LivCloud.Transport.Sending;

/// <summary>Spreads packets over time, in trains: credit grows with time and every packet costs one.</summary>
/// <remarks>A train each millisecond costs a fraction of what single packets cost and adds a millisecond of queue at most.</remarks>
internal sealed class Pacer
{
    /// <summary>The time between trains.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    // What a late thread may catch up with; more would be a burst that only builds a queue.
    private static readonly TimeSpan MaxLate = TimeSpan.FromMilliseconds(6);
    private const double MinCredit = 4;
    private double _credit;
    private Instant? _filledAt;

    /// <summary>How many packets may leave now.</summary>
    public int Credit(Instant now, double packetsPerSecond)
    {
        var since = _filledAt is { } filled ? now - filled : Tick;
        _filledAt = now;
        _credit = Math.Min(_credit + (since.TotalSeconds * packetsPerSecond), Math.Max(packetsPerSecond * MaxLate.TotalSeconds, MinCredit));
        return (int)Math.Max(0, _credit);
    }

    /// <summary>Takes for packets that have left; those that may not wait make a debt.</summary>
    public void Spend(int packets) => _credit -= packets;

    /// <summary>Forgets what was saved while there was nothing to send, until now.</summary>
    public void RanDry(Instant now)
    {
        _credit = Math.Min(_credit, 1);
        _filledAt = now - Tick;
    }

    /// <summary>When the next train may leave.</summary>
    public Instant NextAt(Instant now, double packetsPerSecond)
    {
        var missing = Math.Max(1 - _credit, 0) / Math.Max(packetsPerSecond, 1e-3);
        return now + (missing > Tick.TotalSeconds ? TimeSpan.FromSeconds(Math.Min(missing, 1)) : Tick);
    }
}
