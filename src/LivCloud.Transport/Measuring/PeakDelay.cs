namespace LivCloud.Transport.Measuring;

/// <summary>The longest queue of the last while, which probes keep fresh: it tells how deep the buffer is.</summary>
/// <param name="bucket">Half of the while: between that and twice as much is remembered.</param>
internal sealed class PeakDelay(TimeSpan bucket)
{
    private double _older, _newer;
    private Instant? _since;

    /// <summary>In seconds; 0 before the first.</summary>
    public double Value => Math.Max(_older, _newer);

    /// <summary>Takes a queue's length in seconds.</summary>
    public void Add(double seconds, Instant now)
    {
        if (_since is not { } since || now - since >= bucket)
        {
            (_older, _newer, _since) = (_newer, 0, now);
        }

        _newer = Math.Max(_newer, seconds);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => (_older, _newer, _since) = (0, 0, null);
}
