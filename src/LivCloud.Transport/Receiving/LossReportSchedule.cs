using LivCloud.Transport.Measuring;
using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Receiving;

/// <summary>When the peer is told what is missing as UDT has it: at once, and again as long as it is (draft-gg-udt-03, section 6.1; libudt says it once only).</summary>
internal sealed class LossReportSchedule(Arrivals arrivals, SequenceSpace numbers, RoundTrip roundTrip)
{
    private static readonly TimeSpan Syn = TimeSpan.FromMilliseconds(10);
    private const int MaxRepeats = 8;
    private readonly Queue<Hole> _new = new();
    private Instant? _repeatAt;
    private long _repeatedFrom = -1;
    private int _repeats;

    /// <summary>When a report is due; null when nothing is missing.</summary>
    public Instant? DueAt(Instant now) => _new.Count > 0 ? now : arrivals.Holes.IsEmpty ? null : _repeatAt;

    /// <summary>Notes that packets are missing.</summary>
    public void OnGap(Hole gap, Instant now)
    {
        _repeatAt ??= now + Wait;
        if (_new.Count < 64)
        {
            _new.Enqueue(gap);
        }
    }

    /// <summary>Writes the next report, if one is due.</summary>
    /// <returns>How many bytes; 0 when none is due.</returns>
    public int Poll(Instant now, Span<byte> body)
    {
        if (_new.Count > 0)
        {
            var written = 0;
            while (_new.TryPeek(out var gap) && Append(gap, body, ref written))
            {
                _new.Dequeue();
            }

            return written;
        }

        if (arrivals.Holes.IsEmpty)
        {
            (_repeatAt, _repeats) = (null, 0);
            return 0;
        }

        if (_repeatAt is not { } due || now < due)
        {
            return 0;
        }

        // The longer the first hole stays, the more seldom it is told.
        _repeats = arrivals.Cumulative == _repeatedFrom ? Math.Min(_repeats + 1, MaxRepeats) : 1;
        _repeatedFrom = arrivals.Cumulative;
        _repeatAt = now + (Wait * _repeats);
        var all = 0;
        foreach (var hole in arrivals.Holes)
        {
            if (!Append(hole, body, ref all))
            {
                break;
            }
        }

        return all;
    }

    private TimeSpan Wait => roundTrip.Smoothed + (roundTrip.Variation * 4) + Syn;

    private bool Append(Hole hole, Span<byte> body, ref int written)
    {
        var bytes = LossList.Write([new SequenceRange(numbers.NumberOf(hole.Begin), numbers.NumberOf(hole.End - 1))], body[written..]);
        written += bytes;
        return bytes > 0;
    }
}
