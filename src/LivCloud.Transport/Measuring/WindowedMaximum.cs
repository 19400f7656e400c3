namespace LivCloud.Transport.Measuring;

/// <summary>The greatest of the values of a window of time; values only leave when new ones come.</summary>
internal sealed class WindowedMaximum
{
    // Only values that are less than all before them are kept: a falling rate of a hundred samples a second fills it in five seconds, and then the
    // oldest go early.
    private const int Size = 512;
    private readonly (double Value, Instant At)[] _entries = new (double, Instant)[Size];
    private int _first, _count;

    /// <summary>The greatest; 0 before the first.</summary>
    public double Value => _count == 0 ? 0 : _entries[_first].Value;

    /// <summary>Takes a value.</summary>
    public void Add(double value, Instant now, TimeSpan window)
    {
        while (_count > 0 && _entries[(_first + _count - 1) % Size].Value <= value)
        {
            _count--;
        }

        if (_count == Size)
        {
            RemoveFirst();
        }

        _entries[(_first + _count++) % Size] = (value, now);
        while (now - _entries[_first].At > window)
        {
            RemoveFirst();
        }
    }

    /// <summary>Forgets all but this value.</summary>
    public void Reset(double value, Instant now)
    {
        (_first, _count) = (0, 1);
        _entries[0] = (value, now);
    }

    private void RemoveFirst() => (_first, _count) = ((_first + 1) % Size, _count - 1);
}
