using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Measuring;

/// <summary>How many packets the path could carry in a second, from the gaps of packets that were sent back to back: 16n and the one behind it (draft-gg-udt-03, section 6.2).</summary>
internal sealed class PairCapacity
{
    private const int Size = 64;
    private const int Spread = 8;
    private readonly double[] _gaps = new double[Size];
    private readonly double[] _sorted = new double[Size];
    private SequenceNumber? _first;
    private Instant _firstAt;
    private int _next, _count;

    /// <summary>0 while it is not known.</summary>
    public int PacketsPerSecond
    {
        get
        {
            if (_count == 0)
            {
                return 0;
            }

            _gaps.AsSpan(0, _count).CopyTo(_sorted);
            Array.Sort(_sorted, 0, _count);
            var median = _sorted[_count / 2];
            double sum = 0;
            var kept = 0;
            foreach (var gap in _sorted.AsSpan(0, _count))
            {
                if (gap > median / Spread && gap < median * Spread)
                {
                    sum += gap;
                    kept++;
                }
            }

            return (int)Math.Ceiling(1e6 * kept / sum);
        }
    }

    /// <summary>Notes a packet. Those that the kernel hands over together tell nothing.</summary>
    public void Add(SequenceNumber number, Instant now)
    {
        if (number.Value % 16 == 0)
        {
            (_first, _firstAt) = (number, now);
        }
        else if (_first is { } first && number == first.Next)
        {
            var gap = (now - _firstAt).TotalMicroseconds;
            if (gap >= 1)
            {
                _gaps[_next] = gap;
                _next = (_next + 1) % Size;
                _count = Math.Min(_count + 1, Size);
            }

            _first = null;
        }
    }
}
