using LivCloud.Lab.Native;

namespace LivCloud.Lab.Links;

/// <summary>Carries frames from one TAP to another on a thread of its own.</summary>
/// <remarks>While frames flow the thread wakes once per grain and moves all that is due in one go, instead of once per frame. An idle direction sleeps in ppoll.</remarks>
internal sealed class LinkDirection
{
    private const long IdleNanoseconds = 100_000_000;
    private const int MaxBatch = 512;
    private readonly TapDevice _near, _far;
    private readonly LinkQueue _queue;
    private readonly PacketCapture _capture;
    private readonly int _stream;
    private readonly byte[] _frame = new byte[TapDevice.MaxFrameBytes];
    private LinkSettings _applied;
    private volatile LinkSettings _settings;
    private volatile bool _stopping;
    private long _cutUntil = long.MinValue;

    /// <summary>Set by a cut and taken by the thread, which may sleep through one that is short.</summary>
    private volatile bool _losesAll;
    private long _packets, _bytes, _queueDrops, _lossDrops, _cutDrops, _lateSum, _lateMax;

    public LinkDirection(TapDevice near, TapDevice far, LinkSettings settings, int stream, PacketCapture capture)
    {
        (_near, _far, _stream, _capture) = (near, far, stream, capture);
        _settings = _applied = settings;
        _queue = new LinkQueue(settings, stream);
    }

    public LinkSettings Settings { get => _settings; set => _settings = value; }

    /// <summary>Nothing gets through before this moment of the monotonic clock.</summary>
    public long CutUntil => Volatile.Read(ref _cutUntil);

    public LinkDirectionStatistics Statistics
    {
        get
        {
            var packets = Volatile.Read(ref _packets);
            return new LinkDirectionStatistics(packets, Volatile.Read(ref _bytes), Volatile.Read(ref _queueDrops), Volatile.Read(ref _lossDrops),
                Volatile.Read(ref _cutDrops), packets == 0 ? 0 : Volatile.Read(ref _lateSum) / 1000.0 / packets, Volatile.Read(ref _lateMax) / 1000.0);
        }
    }

    public void Stop() => _stopping = true;

    /// <summary>Lets nothing through before a moment, and loses what is under way, however short the cut.</summary>
    public void Cut(long until)
    {
        Volatile.Write(ref _cutUntil, until);
        _losesAll = true;
    }

    /// <summary>Ends a cut.</summary>
    public void Restore() => Volatile.Write(ref _cutUntil, long.MinValue);

    /// <summary>The thread's body.</summary>
    public void Run()
    {
        MonotonicClock.MakeThreadPunctual();
        while (!_stopping)
        {
            var now = MonotonicClock.Now;
            if (!ReferenceEquals(_applied, _settings))
            {
                var settings = _settings;
                _queue.Apply(settings, reseed: settings.Seed != _applied.Seed, _stream);
                _applied = settings;
            }

            var cut = now < CutUntil;
            if (cut || _losesAll)
            {
                _losesAll = false;
                _cutDrops += _queue.Clear();
            }

            var moved = Receive(now, cut);
            moved |= Send();
            if (moved)
            {
                MonotonicClock.SleepUntil(now + (_applied.Grain.Ticks * TimeSpan.NanosecondsPerTick));
            }
            else
            {
                var wait = Math.Min(_queue.NextDeparture - MonotonicClock.Now, IdleNanoseconds);
                if (wait > 0)
                {
                    _near.WaitReadable(wait);
                }
            }
        }
    }

    private bool Receive(long now, bool cut)
    {
        var count = 0;
        for (; count < MaxBatch && _near.Read(_frame) is > 0 and var length; count++)
        {
            var frame = _frame.AsSpan(0, length);
            if (cut)
            {
                _cutDrops++;
                continue;
            }

            switch (_queue.Offer(now, frame))
            {
                case PacketFate.Carried:
                    _capture.Record(frame);
                    break;
                case PacketFate.Lost:
                    _capture.Record(frame);
                    _lossDrops++;
                    break;
                case PacketFate.QueueDropped:
                    _queueDrops++;
                    break;
            }
        }

        return count > 0;
    }

    private bool Send()
    {
        var now = MonotonicClock.Now;
        var any = false;
        while (_queue.TryTake(now, out var packet, out var departure))
        {
            any = true;
            _far.Write(packet);
            _packets++;
            _bytes += packet.Length;
            _lateSum += now - departure;
            _lateMax = Math.Max(_lateMax, now - departure);
        }

        return any;
    }
}
