namespace LivCloud.Channel.Protocol;

/// <summary>What the core has to tell its owner.</summary>
internal enum SessionEventKind
{
    /// <summary>The peer asks for a stream; it waits for Accept or Refuse.</summary>
    StreamOffered,

    /// <summary>The peer accepted our stream.</summary>
    StreamOpened,

    /// <summary>Bytes or the end came in.</summary>
    StreamReadable,

    /// <summary>There is room again after a write that was cut short.</summary>
    StreamWritable,

    /// <summary>The stream failed; its Failure tells why.</summary>
    StreamFailed,

    /// <summary>Nothing was heard on the link for too long.</summary>
    LinkDead,

    /// <summary>The peer closed this link with a reason that concerns only the link.</summary>
    LinkClosed,

    /// <summary>The session is over; its End tells why.</summary>
    Ended,
}

/// <summary>One event.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Stream">The stream that it concerns, for stream events.</param>
/// <param name="Link">The link that it concerns, for link events.</param>
internal readonly record struct SessionEvent(SessionEventKind Kind, StreamCore? Stream, int Link);

/// <summary>Why a session is over.</summary>
/// <param name="Error">For programs.</param>
/// <param name="Message">For people, a whole sentence.</param>
/// <param name="Code">What the peer is told; null when it was the peer that told us.</param>
internal sealed record SessionEnd(ChannelError Error, string Message, Wire.CloseCode? Code);
