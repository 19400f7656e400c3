namespace LivCloud.Transport.Congestion;

/// <summary>Whether someone else keeps the queue full, so that a flow that yields to queues would be left with nothing.</summary>
/// <remarks>It ends at a random time and comes back only after a while: without both, two flows of this law would hold each other in it.</remarks>
internal sealed class Competition(Random random)
{
    private const double Enter = 0.6, Likely = 0.3, Leave = 0.2, AfterEnd = 0.25;
    private const double ShortestSeconds = 8;
    private double _busy;
    private Instant? _updatedAt, _endsAt;

    /// <summary>Whether it is so.</summary>
    public bool IsOn => _endsAt is not null;

    /// <summary>Whether it may be so: what the queue says of this flow's share is not to be trusted.</summary>
    public bool IsLikely => _busy > Likely;

    /// <summary>Forgets what was seen.</summary>
    public void Clear() => (_busy, _endsAt) = (0, null);

    /// <summary>Takes whether the queue is long now.</summary>
    public void Add(bool isBusy, Instant now, TimeSpan roundTrip)
    {
        var window = Math.Max(1, 8 * roundTrip.TotalSeconds);
        var elapsed = _updatedAt is { } updated ? (now - updated).TotalSeconds : 0;
        _updatedAt = now;
        _busy += ((isBusy ? 1 : 0) - _busy) * Math.Min(1, elapsed / window);
        if (_endsAt is { } end)
        {
            if (now >= end || _busy < Leave)
            {
                _endsAt = null;
                _busy = Math.Min(_busy, AfterEnd);
            }
        }
        else if (_busy > Enter)
        {
            _endsAt = now + TimeSpan.FromSeconds(ShortestSeconds * (1 + random.NextDouble()));
        }
    }
}
