namespace LivCloud.Channel.Protocol;

/// <summary>How long to wait before a link is dialed again: twice as long each time, until one has proved to be good.</summary>
/// <remarks>That it could be made proves nothing: what stands between may let every handshake through and break each link right after it.</remarks>
internal sealed class RedialPace
{
    /// <summary>A link that lived for this long was good.</summary>
    public static readonly TimeSpan ProofTime = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _minDelay;
    private readonly TimeSpan _maxDelay;
    private TimeSpan _delay;
    private bool _isDue;

    public RedialPace(TimeSpan minDelay, TimeSpan maxDelay) => (_minDelay, _maxDelay, _delay) = (minDelay, maxDelay, minDelay);

    /// <summary>Notes that an attempt failed.</summary>
    public void NoteFailed() => _isDue = true;

    /// <summary>Notes that a link was lost.</summary>
    /// <param name="lived">How long it was up.</param>
    public void NoteLost(TimeSpan lived)
    {
        _isDue = true;
        _delay = lived >= ProofTime ? _minDelay : _delay;
    }

    /// <summary>The wait before the next attempt; zero when nothing went wrong since the last one.</summary>
    public TimeSpan TakeDelay()
    {
        if (!_isDue)
        {
            return TimeSpan.Zero;
        }

        var delay = _delay;
        (_isDue, _delay) = (false, delay * 2 < _maxDelay ? delay * 2 : _maxDelay);
        return delay;
    }
}
