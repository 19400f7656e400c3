namespace LivCloud.Transport.Connections;

/// <summary>Whether the peer is there: UDT's EXP timer (draft-gg-udt-03, section 4.8, with the times of libudt 4.11).</summary>
internal sealed class Liveness(TimeSpan peerTimeout, Instant now)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(300);
    private const int MaxExpiries = 16;
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(3);
    private Instant _heardAt = now, _restartedAt = now;
    private int _expiries = 1;

    /// <summary>Whether something was heard lately.</summary>
    public bool IsHeard(Instant now) => now - _heardAt < Lately;

    /// <summary>When it expires next.</summary>
    public Instant DueAt => _restartedAt + (Least * _expiries);

    /// <summary>Notes a packet of the peer.</summary>
    public void OnHeard(Instant now) => (_heardAt, _restartedAt, _expiries) = (now, now, 1);

    /// <summary>Notes that it has expired.</summary>
    /// <returns>Whether the peer is gone.</returns>
    public bool OnExpired(Instant now)
    {
        _restartedAt = now;
        _expiries = Math.Min(_expiries + 1, MaxExpiries);
        return now - _heardAt >= peerTimeout;
    }
}
