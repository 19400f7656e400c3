using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using LivCloud.Lab.Native;

namespace LivCloud.Lab.Measuring;

/// <summary>Sends a UDP probe each millisecond on one thread and receives the answers on another.</summary>
internal sealed class ProbeSeries : IDisposable
{
    private const long IntervalNanoseconds = 1_000_000;
    private const int RememberedProbes = 1 << 20;   // more than 17 minutes; older answers count as duplicates of nothing
    private const int RttBuckets = 20_000;           // of 100 µs: up to 2 s
    private const int ProbeBytes = 16, AnswerBytes = 24;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IPEndPoint _target;
    private readonly Lock _lock = new();
    private readonly bool[] _answered = new bool[RememberedProbes];
    private readonly int[] _rtts = new int[RttBuckets];
    private volatile bool _stopping;
    private GapMeter _gaps;
    private PauseMeter _pauses;
    private long _sent, _windowFirst, _windowLimit, _received, _duplicates, _maxRtt, _maxLateness, _total;

    public ProbeSeries(IPEndPoint target)
    {
        _target = target;
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.ReceiveTimeout = 200;
        _windowLimit = long.MaxValue;
        _gaps = new GapMeter(MonotonicClock.Now);
    }

    /// <summary>How many answers came since the start.</summary>
    public long TotalAnswers => Volatile.Read(ref _total);

    public void Stop() => _stopping = true;

    public void StartWindow(long now)
    {
        lock (_lock)
        {
            (_windowFirst, _windowLimit) = (_sent, long.MaxValue);
            (_received, _duplicates, _maxRtt, _maxLateness) = (0, 0, 0, 0);
            (_gaps, _pauses) = (new GapMeter(now), default);
            Array.Clear(_rtts);
        }
    }

    /// <summary>Ends the window; answers to its probes still count for a while, gaps do not.</summary>
    public void EndWindow(long now)
    {
        lock (_lock)
        {
            _windowLimit = _sent;
            _gaps.Heard(now);
        }
    }

    public bool IsAnswered
    {
        get
        {
            lock (_lock)
            {
                return _received >= _windowLimit - _windowFirst;
            }
        }
    }

    public ProbeResult Result()
    {
        lock (_lock)
        {
            var sent = Math.Min(_windowLimit, _sent) - _windowFirst;
            return new ProbeResult(IntervalNanoseconds / 1e6, sent, Math.Max(0, sent - _received), _duplicates,
                _pauses.LongestNanoseconds / 1e6, _gaps.LongestNanoseconds / 1e6, _gaps.LongestAtNanoseconds / 1e6, MedianRtt(), _maxRtt / 1e6, _maxLateness / 1e6);
        }
    }

    public void Send()
    {
        MonotonicClock.MakeThreadPunctual();
        Span<byte> probe = stackalloc byte[ProbeBytes];
        var target = _target.Serialize();
        var due = MonotonicClock.Now;
        while (!_stopping)
        {
            var now = MonotonicClock.Now;
            lock (_lock)
            {
                _maxLateness = Math.Max(_maxLateness, now - due);
                _answered[_sent % RememberedProbes] = false;
                BinaryPrimitives.WriteInt64LittleEndian(probe, _sent++);
            }

            BinaryPrimitives.WriteInt64LittleEndian(probe[8..], now);
            try
            {
                _socket.SendTo(probe, SocketFlags.None, target);
            }
            catch (SocketException)
            {
                // No neighbour, no route: the probe counts as lost.
            }

            due += IntervalNanoseconds;
            if (MonotonicClock.Now - due > 1_000_000_000)
            {
                due = MonotonicClock.Now;   // this process was stopped; what was not sent is not caught up
            }

            MonotonicClock.SleepUntil(due);
        }
    }

    public void Receive()
    {
        MonotonicClock.MakeThreadPunctual();
        Span<byte> answer = stackalloc byte[AnswerBytes + 1];
        while (!_stopping)
        {
            int length;
            try
            {
                length = _socket.Receive(answer);
            }
            catch (SocketException)
            {
                continue;   // time-out, or an ICMP error for an earlier probe
            }

            if (length == AnswerBytes)
            {
                Answered(MonotonicClock.Now, BinaryPrimitives.ReadInt64LittleEndian(answer), BinaryPrimitives.ReadInt64LittleEndian(answer[8..]),
                    BinaryPrimitives.ReadInt64LittleEndian(answer[16..]));
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Answered(long now, long number, long sentAt, long guestClock)
    {
        lock (_lock)
        {
            if (number < 0 || number >= _sent || number < _sent - RememberedProbes)
            {
                return;
            }

            ref var answered = ref _answered[number % RememberedProbes];
            var isDuplicate = answered;
            answered = true;
            _total++;
            if (_windowLimit == long.MaxValue)
            {
                _gaps.Heard(now);
            }

            if (number < _windowFirst || number >= _windowLimit)
            {
                return;
            }

            if (isDuplicate)
            {
                _duplicates++;
                return;
            }

            _received++;
            _pauses.Answered(sentAt, now, guestClock);
            var rtt = now - sentAt;
            _maxRtt = Math.Max(_maxRtt, rtt);
            _rtts[Math.Clamp(rtt / 100_000, 0, RttBuckets - 1)]++;
        }
    }

    private double MedianRtt()
    {
        var below = 0L;
        for (var bucket = 0; bucket < RttBuckets; bucket++)
        {
            below += _rtts[bucket];
            if (below * 2 >= _received && _received > 0)
            {
                return (bucket + 0.5) / 10;
            }
        }

        return 0;
    }
}
