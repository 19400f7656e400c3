namespace LivCloud.Transport.Measuring;

/// <summary>How many packets arrive in a second, from the last whole interval.</summary>
/// <remarks>UDT takes the median of 16 gaps between packets. Those of packets that the kernel hands over together are 0, so packets are counted instead.</remarks>
internal sealed class ArrivalSpeed
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private Instant? _since;
    private int _count;
    private double _packetsPerSecond;

    /// <summary>Notes a packet.</summary>
    public void Add(Instant now)
    {
        _since ??= now;
        _count++;
        Roll(now);
    }

    /// <summary>At least 1.</summary>
    public int PacketsPerSecond(Instant now)
    {
        Roll(now);
        return (int)Math.Clamp(_packetsPerSecond, 1, int.MaxValue);
    }

    private void Roll(Instant now)
    {
        if (_since is { } since && now - since >= Interval)
        {
            _packetsPerSecond = _count / (now - since).TotalSeconds;
            (_since, _count) = (now, 0);
        }
    }
}
