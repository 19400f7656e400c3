namespace LivCloud.Channel;

/// <summary>Why something failed on the channel, for programs.</summary>
public enum ChannelError
{
    /// <summary>The peer's address is not known, or nothing answers there.</summary>
    PeerUnreachable,

    /// <summary>A certificate was refused, by this end or by the peer.</summary>
    PeerUntrusted,

    /// <summary>The peer's agent was started again (or gave the session up), so that its end of the session is gone.</summary>
    PeerRestarted,

    /// <summary>No link came back within the hold time.</summary>
    LinkLost,

    /// <summary>The peer did not accept the stream.</summary>
    StreamRefused,

    /// <summary>One end abandoned the stream.</summary>
    StreamReset,

    /// <summary>The session or the endpoint was closed.</summary>
    Closed,

    /// <summary>One end broke the protocol.</summary>
    ProtocolViolation,

    /// <summary>The listening port could not be had.</summary>
    ListenFailed,
}

/// <summary>Something failed on the channel: a code for programs, a sentence for people.</summary>
public sealed class ChannelException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="error">The reason, for programs.</param>
    /// <param name="message">What was tried with its values, and why it failed.</param>
    /// <param name="innerException">What caused it; its text is not repeated in the message.</param>
    public ChannelException(ChannelError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The reason, for programs.</summary>
    public ChannelError Error { get; }

    /// <summary>Whether the same call may succeed later without anything being changed by hand.</summary>
    public bool IsTransient => Error is ChannelError.PeerUnreachable or ChannelError.PeerRestarted or ChannelError.LinkLost;
}
