namespace LivCloud.Transport.Connections;

/// <summary>Finds the longest datagram that the path carries, by trying some and waiting for the peer to say which came (DPLPMTUD, RFC 8899).</summary>
/// <param name="agreed">The longest that both ends take.</param>
internal sealed class PathSize(int agreed)
{
    // What is left of 9000 and 1500 with IPv4; of PPPoE; with IPv6 in it; of WireGuard, IPsec and GRE, one in another.
    private static readonly int[] Usual = [8972, 1472, 1464, 1452, 1422, 1392, 1372, 1312];
    private static readonly TimeSpan[] Times = [TimeSpan.Zero, Milliseconds(60), Milliseconds(250), Milliseconds(800)];
    private readonly int[] _tried = [agreed, .. Usual.Where(size => size < agreed)];
    private Instant _begunAt;
    private int _round = Times.Length, _next;

    /// <summary>The longest that is known to get through.</summary>
    public int DatagramBytes { get; private set; } = Math.Min(agreed, ConnectionSettings.LeastDatagramBytes);

    /// <summary>When the next is to be tried; null when none is.</summary>
    public Instant? DueAt => _round < Times.Length ? _begunAt + Times[_round] : null;

    /// <summary>Begins to try: the longest alone, since it mostly gets through, and later all.</summary>
    public void Begin(Instant now) => (_begunAt, _round, _next) = (now, 0, 0);

    /// <summary>The length to be tried now; 0 when none is.</summary>
    public int Poll(Instant now)
    {
        while (DueAt is { } due && now >= due)
        {
            if (_next < (_round == 0 ? 1 : _tried.Length) && _tried[_next] > DatagramBytes)
            {
                return _tried[_next++];
            }

            (_round, _next) = (_round + 1, 0);
        }

        return 0;
    }

    /// <summary>The peer says that a datagram of a length came.</summary>
    /// <returns>Whether longer ones than before may be sent now.</returns>
    public bool OnArrived(int datagramBytes)
    {
        if (datagramBytes <= DatagramBytes || !_tried.Contains(datagramBytes))
        {
            return false;
        }

        DatagramBytes = datagramBytes;
        return true;
    }

    private static TimeSpan Milliseconds(int value) => TimeSpan.FromMilliseconds(value);
}
