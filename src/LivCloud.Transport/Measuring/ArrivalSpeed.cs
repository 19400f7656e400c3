namespace LivCloud.Transport.Measuring;

/// <summary>How many packets arrive in a second while they come, as UDT estimates it: from the median of the last 16 gaps between packets (draft-gg-udt-03, section 6.2).</summary>
/// <remarks>A sender of libudt takes this for the rate that it may go back to, and sends in bursts; the mean would hold it down. Packets that the kernel
/// hands over together have no gaps, so never less than the mean of the last interval is told.</remarks>
internal sealed class ArrivalSpeed
{
    private const int Size = 16;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private readonly GapRing _gaps = new(Size);
    private Instant? _lastAt, _since;
    private int _count;
    private double _mean;

    /// <summary>Notes a packet.</summary>
    public void Add(Instant now)
    {
        if (_lastAt is { } last)
        {
            _gaps.Add(Math.Max(0, (now - last).TotalMicroseconds));
        }

        _lastAt = now;
        _since ??= now;
        _count++;
        Roll(now);
    }

    /// <summary>At least 1.</summary>
    public int PacketsPerSecond(Instant now)
    {
        Roll(now);
        return (int)Math.Clamp(Math.Max(_mean, OfGaps()), 1, int.MaxValue);
    }

    private double OfGaps()
    {
        if (_gaps.Count < Size)
        {
            return 0;
        }

        var rate = _gaps.PacketsPerSecond(out var median, out var kept);
        return kept > Size / 2 && median >= 1 ? rate : 0;
    }

    private void Roll(Instant now)
    {
        if (_since is { } since && now - since >= Interval)
        {
            _mean = _count / (now - since).TotalSeconds;
            (_since, _count) = (now, 0);
        }
    }
}
