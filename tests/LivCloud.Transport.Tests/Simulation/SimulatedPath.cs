namespace LivCloud.Transport.Tests.Simulation;

/// <summary>One direction of a path with a rate, a queue that drops at its end, delay, jitter and loss, all from one seed. Several flows may share it.</summary>
internal sealed class SimulatedPath(PathSettings settings, Random random)
{
    // IP and UDP, Ethernet's header, checksum, preamble and gap.
    private const int OverheadBytes = 28 + 38;
    private Instant _freeAt, _lastArrival;

    public PathSettings Settings { get; set; } = settings;

    public long Sent { get; private set; }

    public long QueueDrops { get; private set; }

    public long BytesCarried { get; private set; }

    /// <summary>How long a packet that is sent now waits for its turn.</summary>
    public TimeSpan QueueAt(Instant now) => _freeAt > now ? _freeAt - now : TimeSpan.Zero;

    /// <summary>When a datagram arrives, once or twice; nothing when it is lost.</summary>
    public (Instant? First, Instant? Second) Send(Instant now, int bytes)
    {
        Sent++;
        if (Settings.IsCut || bytes > Settings.MaxDatagramBytes)
        {
            return default;
        }

        if (QueueAt(now) > Settings.Queue)
        {
            QueueDrops++;
            return default;
        }

        var start = Instant.Later(now, _freeAt);
        _freeAt = start + TimeSpan.FromSeconds((bytes + OverheadBytes) * 8 / Settings.BitsPerSecond);
        BytesCarried += bytes;
        if (random.NextDouble() < Settings.LossProbability)
        {
            return default;
        }

        var arrival = _freeAt + Settings.Delay + (Settings.Jitter * random.NextDouble());
        if (!Settings.Reorders)
        {
            arrival = Instant.Later(arrival, _lastArrival);
        }

        _lastArrival = Instant.Later(arrival, _lastArrival);
        return (arrival, random.NextDouble() < Settings.DuplicateProbability ? arrival + TimeSpan.FromMilliseconds(1) : null);
    }
}
