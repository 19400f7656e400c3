namespace LivCloud.Transport.Tests.Simulation.Tcp;

/// <summary>A flow of TCP that always has something to send: full packets, each acknowledged by itself.</summary>
/// <remarks>A packet is lost when one that was sent three later has arrived. What is sent again is not told from what is sent first: only how much arrives matters.</remarks>
internal sealed class TcpFlow
{
    private const int PacketBytes = 1472;
    private const int Reordering = 3;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedPath _there;
    private readonly SimulatedPath _back;
    private readonly ITcpLaw _law;
    private readonly Queue<Packet> _sent = new();
    private readonly List<(Instant At, long Delivered)> _marks = [];
    private long _number, _delivered, _recoversAt;
    private int _inFlight;
    private Instant _mayAt, _heardAt, _deliveredAt;
    private bool _isWaiting, _isStopped;

    public TcpFlow(SimulatedNetwork network, SimulatedPath there, SimulatedPath back, ITcpLaw law)
    {
        (_network, _there, _back, _law) = (network, there, back, law);
        (_deliveredAt, _heardAt, _mayAt) = (network.Now, network.Now, network.Now);
        Send();
        Watch();
    }

    public long Lost { get; private set; }

    /// <summary>Sends no more.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Bits of payload per second between two times.</summary>
    public double Goodput(double fromSeconds, double toSeconds) => (DeliveredAt(toSeconds) - DeliveredAt(fromSeconds)) * (PacketBytes - 24) * 8 / (toSeconds - fromSeconds);

    private long DeliveredAt(double seconds)
    {
        var index = _marks.FindLastIndex(mark => mark.At.Ticks <= seconds * TimeSpan.TicksPerSecond);
        return index < 0 ? 0 : _marks[index].Delivered;
    }

    private void Send()
    {
        while (!_isStopped && _inFlight < (int)_law.Window)
        {
            if (_law.PacketsPerSecond is { } pace)
            {
                if (_mayAt > _network.Now)
                {
                    WaitForTurn();
                    return;
                }

                _mayAt = Instant.Later(_mayAt, _network.Now - TimeSpan.FromMilliseconds(1)) + TimeSpan.FromSeconds(1 / pace);
            }

            var packet = new Packet(_number++, _network.Now, _delivered, _deliveredAt);
            _sent.Enqueue(packet);
            _inFlight++;
            if (_there.Send(_network.Now, PacketBytes).First is { } arrival)
            {
                _network.At(arrival + _back.Settings.Delay, () => Acknowledge(packet));
            }
        }
    }

    private void WaitForTurn()
    {
        if (!_isWaiting)
        {
            _isWaiting = true;
            _network.At(_mayAt, () =>
            {
                _isWaiting = false;
                Send();
            });
        }
    }

    private void Acknowledge(Packet packet)
    {
        var now = _network.Now;
        (_heardAt, packet.HasArrived) = (now, true);
        if (packet.IsLost)
        {
            return;
        }

        _inFlight--;
        _delivered++;
        _deliveredAt = now;
        Mark(now);
        while (_sent.TryPeek(out var oldest) && (oldest.HasArrived || oldest.Number + Reordering <= packet.Number))
        {
            _sent.Dequeue();
            if (!oldest.HasArrived)
            {
                Lose(oldest);
            }
        }

        var span = now - packet.DeliveredAt;
        _law.OnAcknowledged(new TcpSample(now, now - packet.SentAt, _delivered, packet.Delivered, (_delivered - packet.Delivered) / span.TotalSeconds, _inFlight));
        Send();
    }

    private void Lose(Packet packet)
    {
        packet.IsLost = true;
        _inFlight--;
        Lost++;
        if (packet.Number >= _recoversAt)
        {
            _recoversAt = _number;
            _law.OnLost(_network.Now);
        }
    }

    // Everything that was on its way is lost when nothing is heard.
    private void Watch() => _network.At(_network.Now + TimeSpan.FromMilliseconds(300), () =>
    {
        if (_network.Now - _heardAt > TimeSpan.FromMilliseconds(900))
        {
            _heardAt = _network.Now;
            while (_sent.TryDequeue(out var packet))
            {
                if (!packet.HasArrived)
                {
                    Lose(packet);
                }
            }

            Send();
        }

        Watch();
    });

    private void Mark(Instant now)
    {
        if (_marks.Count == 0 || now - _marks[^1].At >= TimeSpan.FromMilliseconds(10))
        {
            _marks.Add((now, _delivered));
        }
    }

    private sealed class Packet(long number, Instant sentAt, long delivered, Instant deliveredAt)
    {
        public long Number => number;

        public Instant SentAt => sentAt;

        /// <summary>How many packets had arrived when it was sent.</summary>
        public long Delivered => delivered;

        /// <summary>When the last of them did.</summary>
        public Instant DeliveredAt => deliveredAt;

        public bool HasArrived { get; set; }

        public bool IsLost { get; set; }
    }
}
