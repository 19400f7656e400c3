namespace LivCloud.Migration.Steering;

/// <summary>What was sent lately.</summary>
internal sealed class RateMeter
{
    // Less is none: what agents and daemons say to each other.
    private const long LeastBytes = 4096;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(TimeSpan At, long Bytes)> _samples = new();
    private (TimeSpan At, long Bytes) _grown;

    /// <summary>What was sent in each second, in bytes, over the last five; 0 before that can be told.</summary>
    public double BytesPerSecond { get; private set; }

    /// <summary>How long nothing was sent.</summary>
    public TimeSpan Quiet { get; private set; }

    /// <summary>Takes note.</summary>
    /// <param name="at">When; never before the last time.</param>
    /// <param name="bytes">All that was sent until then.</param>
    public void Add(TimeSpan at, long bytes)
    {
        if (_samples.Count == 0 || bytes - _grown.Bytes >= LeastBytes)
        {
            _grown = (at, bytes);
        }

        Quiet = at - _grown.At;
        _samples.Enqueue((at, bytes));
        while (at - _samples.Peek().At > Window)
        {
            _samples.Dequeue();
        }

        var (since, before) = _samples.Peek();
        BytesPerSecond = at > since ? (bytes - before) / (at - since).TotalSeconds : 0;
    }
}
