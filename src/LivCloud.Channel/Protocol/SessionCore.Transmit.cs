using LivCloud.Channel.Wire;
using LivCloud.Transport;

namespace LivCloud.Channel.Protocol;

/// <summary>What goes out on which link, and in which order.</summary>
internal sealed partial class SessionCore
{
    /// <summary>Whether a link's last frame was taken, so that it should be closed.</summary>
    public bool IsFinished(int link) => !_links.TryGetValue(link, out var found) || found.IsFinished;

    /// <summary>Whether <see cref="PollTransmit"/> has something for this link now.</summary>
    public bool HasWork(Instant now, int link)
    {
        if (!_links.TryGetValue(link, out var to) || to.IsFinished)
        {
            return false;
        }

        return End is not null || to.Liveness.HasWork(now) || (to.Ledger.AckDueAt is { } due && now >= due)
            || _control.Count > 0 || (_rings.TryPeek(StreamPriority.Interactive, out _) && MaySendInteractive) || (HasBulk && MaySendBulk(now));
    }

    /// <summary>How many bytes should at most wait in a link's socket, to leave in a few milliseconds.</summary>
    public int UnsentTarget(int link) => _links.TryGetValue(link, out var found) ? found.Pace.BatchBytes : LinkPace.MinBatchBytes;

    /// <summary>Writes frames for one link: what concerns the link, then what is urgent, then a few milliseconds' worth of bulk.</summary>
    /// <param name="now">The time.</param>
    /// <param name="link">The link that can take bytes.</param>
    /// <param name="destination">Where to write; at least <see cref="WireLimits.MaxFrameBytes"/> bytes beyond what should be filled.</param>
    /// <returns>How many bytes were written; 0 when there is nothing to send.</returns>
    public int PollTransmit(Instant now, int link, Span<byte> destination)
    {
        if (!_links.TryGetValue(link, out var to) || to.IsFinished)
        {
            return 0;
        }

        if (End is { } end)
        {
            to.IsFinished = true;
            return end.Code is { } code ? new CloseFrame(code, end.Message).Write(destination) : 0;
        }

        var written = WriteLinkFrames(now, to, destination);
        while (_control.TryPeek(out var record) && destination.Length - written >= record.FrameBytes)
        {
            written += Take(now, to, _control.Dequeue(), destination[written..]);
        }

        written += WriteStreams(now, to, StreamPriority.Interactive, destination[written..], int.MaxValue);
        var bulk = WriteStreams(now, to, StreamPriority.Disk, destination[written..], to.Pace.BatchBytes);
        bulk += WriteStreams(now, to, StreamPriority.Memory, destination[(written + bulk)..], to.Pace.BatchBytes - bulk);
        return written + bulk;
    }

    private static int WriteLinkFrames(Instant now, LinkCore to, Span<byte> destination)
    {
        var written = to.Ledger.HasUntold ? new LinkAckFrame(to.Ledger.TakeAck()).Write(destination) : 0;
        if (to.Liveness.TakePong() is { } pong)
        {
            written += new PongFrame(pong).Write(destination[written..]);
        }

        if (to.Liveness.TakePing(now) is { } ping)
        {
            written += new PingFrame(ping).Write(destination[written..]);
        }

        return written;
    }

    /// <summary>Lets the streams of one priority take turns until they have nothing more, or the limit is reached.</summary>
    private int WriteStreams(Instant now, LinkCore to, StreamPriority priority, Span<byte> destination, int limitBytes)
    {
        var isBulk = priority != StreamPriority.Interactive;
        var written = 0;
        while (written < limitBytes && _rings.TryPeek(priority, out var stream) && stream.Send.TryPeek(out var record)
            && destination.Length - written >= record.FrameBytes && (isBulk ? MaySendBulk(now) : MaySendInteractive))
        {
            _ = stream.Send.Dequeue();
            stream.WireBytes += record.FrameBytes;
            if (isBulk)
            {
                _cap.Take(record.FrameBytes);
            }

            written += Take(now, to, record, destination[written..]);
            _rings.Advance(priority);
            NoteWritable(stream);
        }

        return written;
    }

    /// <remarks>Bulk alone never holds it up, so that what is urgent passes by bulk that is not acknowledged.</remarks>
    private bool MaySendInteractive => MayRetain(_settings.MaxRetainedBytes * 2);

    private bool MaySendBulk(Instant now) => _cap.HasTokens(now) && MayRetain(_settings.MaxRetainedBytes);

    /// <remarks>What is sent again is retained already, and must get through for anything else to be acknowledged.</remarks>
    private bool MayRetain(long limitBytes) => _records.UnacknowledgedBytes < limitBytes || _records.RecordsToRepeat > 0;

    private int Take(Instant now, LinkCore to, SendRecord record, Span<byte> destination)
    {
        record.Block.AsSpan(0, record.FrameBytes).CopyTo(destination);
        to.Ledger.NoteSent(record);
        to.Pace.NoteSent(now);
        RetransmittedBytes += _records.NoteSent(record) ? record.FrameBytes : 0;
        return record.FrameBytes;
    }
}
