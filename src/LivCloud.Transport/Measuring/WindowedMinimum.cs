namespace LivCloud.Transport.Measuring;

/// <summary>The least of the values of a window, kept in two buckets of half a window: it covers between a half and a whole one.</summary>
internal sealed class WindowedMinimum(TimeSpan window)
{
    private long _older = long.MaxValue, _newer = long.MaxValue;
    private Instant? _since;

    /// <summary>The least value; long.MaxValue before the first.</summary>
    public long Value => Math.Min(_older, _newer);

    /// <summary>Takes a value.</summary>
    /// <returns>The least.</returns>
    public long Add(long value, Instant now)
    {
        if (_since is not { } since || now - since >= window / 2)
        {
            (_older, _newer, _since) = (_newer, long.MaxValue, now);
        }

        _newer = Math.Min(_newer, value);
        return Value;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => (_older, _newer, _since) = (long.MaxValue, long.MaxValue, null);
}
