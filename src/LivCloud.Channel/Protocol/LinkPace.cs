using LivCloud.Transport;
namespace LivCloud.Channel.Protocol;

/// <summary>Follows the rate at which a link delivers, to keep what waits in front of it to a few milliseconds' worth.</summary>
internal sealed class LinkPace
{
    /// <summary>How long the bytes that are handed to the link at once, or wait in its socket, should take to leave.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(4);

    /// <summary>The least that is handed over at once.</summary>
    public const int MinBatchBytes = 16 * 1024;

    /// <summary>The most that is handed over at once.</summary>
    public const int MaxBatchBytes = 256 * 1024;

    private const int FirstBatchBytes = 128 * 1024;
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(50);
    private Instant? _sampleFrom;
    private long _sampleBytes;

    /// <summary>Bytes per second that the peer acknowledged lately; 0 before anything was.</summary>
    public long BytesPerSecond { get; private set; }

    /// <summary>How many bytes of bulk to hand over at once.</summary>
    public int BatchBytes { get; private set; } = FirstBatchBytes;

    /// <summary>Notes acknowledged bytes, and whether the link has more to deliver.</summary>
    public void NoteAcknowledged(Instant now, long bytes, bool isBusy)
    {
        _sampleBytes += bytes;
        if (_sampleFrom is { } from && now - from >= SampleTime)
        {
            var sample = (long)(_sampleBytes / (now - from).TotalSeconds);
            BytesPerSecond = sample > BytesPerSecond ? sample : BytesPerSecond + ((sample - BytesPerSecond) / 8);
            BatchBytes = (int)Math.Clamp((long)(BytesPerSecond * Ahead.TotalSeconds), MinBatchBytes, MaxBatchBytes);
            (_sampleFrom, _sampleBytes) = (now, 0);
        }

        if (!isBusy)
        {
            (_sampleFrom, _sampleBytes) = (null, 0);
        }
    }

    /// <summary>Notes that something was handed over.</summary>
    public void NoteSent(Instant now) => _sampleFrom ??= now;
}
