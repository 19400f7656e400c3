namespace LivCloud.Transport.Measuring;

/// <summary>The last gaps between packets, in microseconds, and the rate behind those near their median (draft-gg-udt-03, section 6.2).</summary>
/// <param name="size">How many gaps are kept.</param>
internal sealed class GapRing(int size)
{
    private const int Spread = 8;
    private readonly double[] _gaps = new double[size];
    private readonly double[] _sorted = new double[size];
    private int _next;

    /// <summary>How many gaps are known.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a gap in place of the oldest.</summary>
    public void Add(double microseconds)
    {
        _gaps[_next] = microseconds;
        _next = (_next + 1) % size;
        Count = Math.Min(Count + 1, size);
    }

    /// <summary>The packets per second behind the gaps between an eighth and eight times the median; only with at least one gap.</summary>
    /// <param name="median">The median gap.</param>
    /// <param name="kept">How many gaps count.</param>
    public double PacketsPerSecond(out double median, out int kept)
    {
        _gaps.AsSpan(0, Count).CopyTo(_sorted);
        Array.Sort(_sorted, 0, Count);
        median = _sorted[Count / 2];
        kept = 0;
        double sum = 0;
        foreach (var gap in _sorted.AsSpan(0, Count))
        {
            if (gap > median / Spread && gap < median * Spread)
            {
                sum += gap;
                kept++;
            }
        }

        return Math.Ceiling(1e6 * kept / sum);
    }
}
