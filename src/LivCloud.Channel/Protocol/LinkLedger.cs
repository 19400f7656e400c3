using LivCloud.Transport;
namespace LivCloud.Channel.Protocol;

/// <summary>What was sent on one link and is not acknowledged, and what was received on it and is not acknowledged by us.</summary>
internal sealed class LinkLedger(TimeSpan ackDelay)
{
    private const int AckEachFrames = 64;
    private const int AckEachBytes = 1024 * 1024;
    private readonly Queue<SendRecord> _inFlight = new();
    private ulong _acknowledged;
    private ulong _received;
    private ulong _receivedTold;
    private int _bytesSinceAck;

    /// <summary>When the peer must be told what was received; null when it knows all.</summary>
    public Instant? AckDueAt { get; private set; }

    /// <summary>Whether the peer does not know yet of all that was received.</summary>
    public bool HasUntold => _received != _receivedTold;

    /// <summary>The bytes of frames that were sent and not acknowledged.</summary>
    public long InFlightBytes { get; private set; }

    public void NoteSent(SendRecord record)
    {
        _inFlight.Enqueue(record);
        InFlightBytes += record.FrameBytes;
    }

    /// <summary>Notes a frame that the peer wants acknowledged.</summary>
    public void NoteReceived(Instant now, int frameBytes)
    {
        _received++;
        _bytesSinceAck += frameBytes;
        AckDueAt = _received - _receivedTold >= AckEachFrames || _bytesSinceAck >= AckEachBytes ? now : AckDueAt ?? (now + ackDelay);
    }

    /// <summary>The count for a LINKACK that is sent now.</summary>
    public ulong TakeAck()
    {
        (_receivedTold, _bytesSinceAck, AckDueAt) = (_received, 0, null);
        return _received;
    }

    /// <summary>Whether the peer can have received that many frames.</summary>
    public bool IsPossible(ulong receivedFrames) =>
        receivedFrames >= _acknowledged && receivedFrames - _acknowledged <= (ulong)_inFlight.Count;

    /// <summary>Takes out the next record of those that a LINKACK with this count acknowledges.</summary>
    public bool TryTakeAcknowledged(ulong receivedFrames, out SendRecord record)
    {
        record = null!;
        if (_acknowledged >= receivedFrames)
        {
            return false;
        }

        _acknowledged++;
        return TryTakeAny(out record);
    }

    /// <summary>Takes out the next record in the order of sending: the link is dead.</summary>
    public bool TryTakeAny(out SendRecord record)
    {
        if (!_inFlight.TryDequeue(out record!))
        {
            return false;
        }

        InFlightBytes -= record.FrameBytes;
        return true;
    }
}
