namespace LivCloud.Transport.Tests.Simulation;

/// <summary>Endpoints in virtual time, joined by paths. Everything follows from one seed.</summary>
internal sealed class SimulatedNetwork
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMicroseconds(200);
    private readonly PriorityQueue<(SimulatedHost To, DatagramAddress From, byte[] Datagram), (long Ticks, long Order)> _flying = new();
    private readonly PriorityQueue<Action, (long Ticks, long Order)> _events = new();
    private readonly List<SimulatedHost> _hosts = [];
    private readonly byte[] _buffer = new byte[64 << 10];
    private long _order;

    public SimulatedNetwork(int seed) => (Seed, Random) = (seed, new Random(seed));

    public int Seed { get; }

    public Random Random { get; }

    public Instant Now { get; private set; }

    /// <summary>Adds a host with an endpoint.</summary>
    public SimulatedHost Add(EndpointSettings settings)
    {
        var host = new SimulatedHost(this, new DatagramAddress(0xFFFF_0A00_0000 + (UInt128)_hosts.Count, 9000, 0), settings);
        _hosts.Add(host);
        return host;
    }

    /// <summary>Joins two hosts.</summary>
    public static void Join(SimulatedHost one, SimulatedHost other, SimulatedPath to, SimulatedPath back)
    {
        one.Paths[other.Address] = (to, other);
        other.Paths[one.Address] = (back, one);
    }

    /// <summary>Runs until something is true.</summary>
    /// <returns>Whether it came true within the limit.</returns>
    public bool RunUntil(Func<bool> isTrue, TimeSpan limit)
    {
        var end = Now + limit;
        while (!isTrue())
        {
            if (!Step(end))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Runs for a while.</summary>
    public void Run(TimeSpan span)
    {
        var end = Now + span;
        while (Step(end))
        {
        }
    }

    /// <summary>Puts a datagram before a host as it would arrive.</summary>
    public void Inject(SimulatedHost to, DatagramAddress from, byte[] datagram) => Fly(to, from, datagram, Now);

    /// <summary>Does something at a time.</summary>
    public void At(Instant time, Action action) => _events.Enqueue(action, (time.Ticks, _order++));

    private bool Step(Instant end)
    {
        foreach (var host in _hosts)
        {
            host.Endpoint.HandleTimeout(Now);
            host.Pump();
            Transmit(host);
        }

        var next = end;
        foreach (var host in _hosts)
        {
            // A due time in the past would stand still: whoever says so must have something to send, and that was just asked.
            if (host.Endpoint.PollTimeout(Now) is { } due)
            {
                next = due < next ? due : next;
            }
        }

        if (_flying.TryPeek(out _, out var first) && first.Ticks < next.Ticks)
        {
            next = new Instant(first.Ticks);
        }

        if (_events.TryPeek(out _, out var soonest) && soonest.Ticks < next.Ticks)
        {
            next = new Instant(soonest.Ticks);
        }

        if (next >= end)
        {
            Now = end;
            return false;
        }

        Now = next > Now ? next : Now + TimeSpan.FromMicroseconds(100);
        while (_flying.TryPeek(out var arrived, out first) && first.Ticks <= Now.Ticks)
        {
            _flying.Dequeue();
            arrived.To.Endpoint.HandleDatagram(new Instant(first.Ticks), arrived.From, arrived.Datagram);
        }

        while (_events.TryPeek(out var action, out soonest) && soonest.Ticks <= Now.Ticks)
        {
            _events.Dequeue();
            action();
        }

        return true;
    }

    private void Transmit(SimulatedHost host)
    {
        int bytes;
        while ((bytes = host.Endpoint.PollTransmit(Now, _buffer, out var to, out var datagramBytes)) > 0)
        {
            if (!host.Paths.TryGetValue(to, out var path))
            {
                continue;
            }

            // No host is on time to the microsecond; with clocks that exact, one flow's packets would meet a full queue each time.
            var late = LongestDelay * Random.NextDouble();
            for (var at = 0; at < bytes; at += datagramBytes)
            {
                var datagram = _buffer.AsSpan(at, Math.Min(datagramBytes, bytes - at)).ToArray();
                var (one, two) = path.Path.Send(Now + late, datagram.Length);
                if (one is { } arrival)
                {
                    Fly(path.To, host.SourceAddress, datagram, arrival);
                }

                if (two is { } again)
                {
                    Fly(path.To, host.SourceAddress, datagram, again);
                }
            }
        }
    }

    private void Fly(SimulatedHost to, DatagramAddress from, byte[] datagram, Instant arrival) =>
        _flying.Enqueue((to, from, datagram), (arrival.Ticks, _order++));
}
