namespace LivCloud.Channel.Protocol;

/// <summary>How far a stream has come.</summary>
internal enum StreamPhase
{
    /// <summary>OPEN is on its way, or waits for our answer.</summary>
    Opening,

    /// <summary>Both ends may send.</summary>
    Open,

    /// <summary>Nothing more comes or goes.</summary>
    Ended,
}

/// <summary>Why a stream failed.</summary>
internal sealed record StreamFailure(ChannelError Error, string Message);

/// <summary>One stream: its two directions, and where it stands.</summary>
internal sealed class StreamCore
{
    private long _grantedOffset;

    public StreamCore(uint id, StreamTarget target, bool openedByUs, BlockPool blocks, SendRecordPool records)
    {
        (Id, Target, OpenedByUs) = (id, target, openedByUs);
        Priority = target.Kind.Priority();
        Receive = new ReceiveOrder(blocks, target.Kind.WindowBytes(), target.Kind.BlockBytes());
        Send = new SendQueue(this, records);
        _grantedOffset = target.Kind.WindowBytes();
    }

    public uint Id { get; }

    public StreamTarget Target { get; }

    public bool OpenedByUs { get; }

    public StreamPriority Priority { get; }

    public SendQueue Send { get; }

    public ReceiveOrder Receive { get; }

    public StreamPhase Phase { get; set; }

    /// <summary>Why it failed; null when it did not.</summary>
    public StreamFailure? Failure { get; set; }

    /// <summary>Whether received bytes were dropped unread when it failed, so that its end must not look like the peer's.</summary>
    public bool IsCut { get; set; }

    /// <summary>Where the peer's direction ends; null while that is not known.</summary>
    public long? FinalOffset { get; private set; }

    /// <summary>Frames of this stream in both directions, headers and repetitions included, in bytes.</summary>
    public long WireBytes { get; set; }

    /// <summary>Whether it stands in the scheduler's ring.</summary>
    public bool IsScheduled { get; set; }

    /// <summary>Whether the application was told of bytes that it has not asked for yet.</summary>
    public bool IsReadableReported { get; set; }

    /// <summary>Whether the application is gone and what comes in is dropped.</summary>
    public bool IsDiscarding { get; set; }

    /// <summary>The asynchronous face of this stream; the core only keeps it.</summary>
    public object? Face { get; set; }

    /// <summary>Whether the application waits for room to write.</summary>
    public bool WantsRoom { get; set; }

    /// <summary>Whether the application ended its direction before the stream was accepted.</summary>
    public bool CompletesWhenOpen { get; set; }

    /// <summary>Whether every byte of the peer was received, and how many they are is known.</summary>
    public bool HasReceivedAll => !IsCut && FinalOffset is { } final && Receive.ContiguousOffset == final;

    /// <summary>Whether the application has read all that will ever come.</summary>
    public bool HasReadAll => !IsCut && FinalOffset is { } final && Receive.ReadOffset == final;

    /// <summary>Whether the peer may send bytes that end here.</summary>
    public bool Allows(long endOffset) => endOffset <= _grantedOffset && (FinalOffset is not { } final || endOffset <= final);

    /// <summary>Notes where the peer's direction ends.</summary>
    /// <returns>false when that contradicts what came before.</returns>
    public bool TrySetFinal(long finalOffset)
    {
        if (finalOffset > _grantedOffset || finalOffset < Receive.HighestOffset || (FinalOffset is { } known && known != finalOffset))
        {
            return false;
        }

        FinalOffset = finalOffset;
        return true;
    }

    /// <summary>Gives the peer new credit when a quarter of the window was read since the last time.</summary>
    /// <returns>The new offset; null when it is not worth a frame yet.</returns>
    public long? TakeCredit()
    {
        var window = Target.Kind.WindowBytes();
        var offset = Receive.ReadOffset + window;
        if (FinalOffset is not null || offset - _grantedOffset < window / 4)
        {
            return null;
        }

        _grantedOffset = offset;
        return offset;
    }
}
