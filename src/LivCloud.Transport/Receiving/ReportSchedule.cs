using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Receiving;

/// <summary>When the peer is told what has arrived, and what it is told, when both ends are our own.</summary>
internal sealed class ReportSchedule(Arrivals arrivals, SequenceSpace numbers)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ShortInterval = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMilliseconds(100);
    private const int ManyArrivals = 256;
    private const int MaxParts = 8;
    private Instant _sentAt, _newestAt;
    private uint _newestTimestamp, _newestClock;
    private uint? _leastDelay;
    private long _reportedCount, _announcedLimit;
    private bool _sawShort;
    private uint _number;

    // Parts of a report that are still to be sent.
    private Facts _facts;
    private long _nextFrom;
    private int _parts;

    /// <summary>Notes a packet that was accepted.</summary>
    /// <param name="now">When it arrived.</param>
    /// <param name="clock">The same by the clock that is told to the peer.</param>
    /// <param name="timestamp">When it was sent, by the peer's clock.</param>
    /// <param name="isShort">Whether the peer has no more to send for now.</param>
    public void OnArrival(Instant now, uint clock, uint timestamp, bool isShort)
    {
        (_newestAt, _newestTimestamp, _newestClock) = (now, timestamp, clock);
        var delay = unchecked(clock - timestamp);
        if (_leastDelay is not { } least || unchecked((int)(delay - least)) < 0)
        {
            _leastDelay = delay;
        }

        _sawShort |= isShort;
    }

    /// <summary>When the next report is due; null when there is nothing to tell.</summary>
    public Instant? DueAt()
    {
        if (_parts > 0)
        {
            return _sentAt;
        }

        var news = arrivals.Count - _reportedCount;
        var grown = arrivals.Limit - _announcedLimit;
        if (news >= ManyArrivals)
        {
            return _sentAt;
        }

        if (news > 0)
        {
            return _sentAt + (_sawShort ? ShortInterval : Interval);
        }

        return grown >= arrivals.Capacity / 8 ? _sentAt + Interval
            : grown > 0 || !arrivals.Holes.IsEmpty ? _sentAt + RepeatInterval
            : null;
    }

    /// <summary>Writes the next part of a report, without the packet's header.</summary>
    /// <param name="now">Now.</param>
    /// <param name="body">Where to, behind the token.</param>
    /// <param name="number">The report's number, for the header.</param>
    /// <returns>How many bytes; 0 when none is due.</returns>
    public int Poll(Instant now, Span<byte> body, out uint number)
    {
        number = 0;
        if (_parts == 0)
        {
            if (DueAt() is not { } due || now < due)
            {
                return 0;
            }

            Begin(now);
        }

        var list = body[ReportPacket.FixedBytes..Math.Min(body.Length, ReportPacket.FixedBytes + ReportPacket.MaxListBytes)];
        var from = _nextFrom;
        var written = WriteHoles(list, ref _nextFrom);
        var isLast = _nextFrom >= _facts.End || _parts == MaxParts;
        _facts.Write(body, numbers, from, _nextFrom, isLast, unchecked((uint)((now - _newestAt).Ticks / TimeSpan.TicksPerMicrosecond)));
        number = ++_number;
        _parts = isLast ? 0 : _parts + 1;
        return ReportPacket.FixedBytes + written;
    }

    private void Begin(Instant now)
    {
        _facts = new Facts(
            arrivals.Cumulative, arrivals.End, arrivals.Limit, unchecked((uint)arrivals.Count), unchecked((uint)arrivals.Duplicates),
            _newestClock, _newestTimestamp, _leastDelay ?? unchecked(_newestClock - _newestTimestamp));
        (_nextFrom, _parts) = (_facts.Cumulative, 1);
        (_sentAt, _reportedCount, _announcedLimit, _leastDelay, _sawShort) = (now, arrivals.Count, arrivals.Limit, null, false);
    }

    // What fits of the holes from one packet on, and up to where it is complete.
    private int WriteHoles(Span<byte> list, ref long from)
    {
        var written = 0;
        foreach (var hole in arrivals.Holes)
        {
            if (hole.End <= from)
            {
                continue;
            }

            if (hole.Begin >= _facts.End)
            {
                break;
            }

            var begin = Math.Max(hole.Begin, from);
            var (first, last) = (numbers.NumberOf(begin), numbers.NumberOf(Math.Min(hole.End, _facts.End) - 1));
            var bytes = LossList.Write([new SequenceRange(first, last)], list[written..]);
            if (bytes == 0)
            {
                from = begin;
                return written;
            }

            written += bytes;
        }

        from = _facts.End;
        return written;
    }

    private readonly record struct Facts(
        long Cumulative, long End, long Limit, uint Arrived, uint Duplicates, uint ArrivedAt, uint Echo, uint OneWayDelay)
    {
        public void Write(Span<byte> body, SequenceSpace numbers, long from, long to, bool isLast, uint holdMicroseconds) => new ReportPacket
        {
            Cumulative = numbers.NumberOf(Cumulative),
            End = numbers.NumberOf(End),
            Limit = numbers.NumberOf(Limit),
            Arrived = Arrived,
            Duplicates = Duplicates,
            ArrivedAt = ArrivedAt,
            Echo = Echo,
            HoldMicroseconds = holdMicroseconds,
            OneWayDelay = OneWayDelay,
            CoverFrom = numbers.NumberOf(from),
            CoverTo = numbers.NumberOf(to),
            IsLast = isLast,
        }.Write(body);
    }
}
