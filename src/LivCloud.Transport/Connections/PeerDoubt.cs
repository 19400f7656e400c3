using LivCloud.Transport.Measuring;

namespace LivCloud.Transport.Connections;

/// <summary>Somebody says that the peer does not know the connection. If that is the peer, started anew, it does not answer what only it could; if not, it does.</summary>
internal sealed class PeerDoubt(RoundTrip roundTrip)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private const int Questions = 5;
    private Instant? _asksAt, _endsAt;

    /// <summary>When to ask, or to give up; null when there is no doubt.</summary>
    public Instant? DueAt => Instant.Earlier(_asksAt, _endsAt);

    /// <summary>Begins to doubt, unless that has begun.</summary>
    public void Begin(Instant now)
    {
        if (_endsAt is null)
        {
            (_asksAt, _endsAt) = (now, now + Patience);
        }
    }

    /// <summary>The peer has answered.</summary>
    public void End() => (_asksAt, _endsAt) = (null, null);

    /// <summary>Whether the peer has had its time.</summary>
    public bool IsOver(Instant now) => now >= _endsAt;

    /// <summary>Whether the peer is to be asked now.</summary>
    public bool TakeQuestion(Instant now)
    {
        if (_asksAt is not { } due || now < due)
        {
            return false;
        }

        _asksAt = now + (Patience / Questions);
        return true;
    }

    private TimeSpan Patience => Least + (roundTrip.Smoothed * 3) + (roundTrip.Variation * 4);
}
