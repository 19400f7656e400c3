using LivCloud.Transport;
namespace LivCloud.Channel.Protocol;

/// <summary>Caps the rate of bulk frames: each takes its bytes out, and time fills the bucket again.</summary>
/// <remarks>A frame may be sent as long as anything is left, and leaves a debt: frames are larger than what a slow link sends in a burst.</remarks>
internal sealed class TokenBucket
{
    /// <summary>How much unused time is remembered: enough for a timer that comes late, and too little to fill a queue on the path.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(10);

    private double _tokens;
    private Instant _filledAt;

    /// <summary>The cap; null when there is none.</summary>
    public long? BytesPerSecond { get; private set; }

    public void SetRate(Instant now, long? bytesPerSecond)
    {
        Fill(now);
        BytesPerSecond = bytesPerSecond;
        _tokens = Math.Min(_tokens, 0);
    }

    /// <summary>Whether a frame may be sent now.</summary>
    public bool HasTokens(Instant now)
    {
        Fill(now);
        return BytesPerSecond is null || _tokens >= 0;
    }

    public void Take(int bytes) => _tokens -= BytesPerSecond is null ? 0 : bytes;

    /// <summary>When a frame may be sent; only asked when none may be now.</summary>
    public Instant ReadyAt() =>
        _filledAt + TimeSpan.FromTicks((long)Math.Ceiling(-_tokens * TimeSpan.TicksPerSecond / (BytesPerSecond ?? 1)) + 1);

    private void Fill(Instant now)
    {
        if (BytesPerSecond is { } rate && now > _filledAt)
        {
            _tokens = Math.Min(_tokens + (rate * (now - _filledAt).TotalSeconds), rate * Burst.TotalSeconds);
        }

        _filledAt = now > _filledAt ? now : _filledAt;
    }
}
