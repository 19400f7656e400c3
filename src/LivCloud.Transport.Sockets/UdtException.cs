namespace LivCloud.Transport.Sockets;

/// <summary>A UDT connection could not be set up, or has broken.</summary>
/// <param name="error">What is wrong.</param>
/// <param name="message">The same for people.</param>
/// <param name="inner">What it comes from, if anything.</param>
public sealed class UdtException(UdtError error, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>What is wrong.</summary>
    public UdtError Error { get; } = error;
}

/// <summary>What is wrong with a UDT connection.</summary>
public enum UdtError
{
    /// <summary>Nobody answered: nothing listens there, or something on the way lets no UDP through.</summary>
    NoAnswer,

    /// <summary>The peer refused: it speaks another version, or has too many connections.</summary>
    Refused,

    /// <summary>Nothing was heard of the peer for too long.</summary>
    TimedOut,

    /// <summary>The peer has closed the connection.</summary>
    ClosedByPeer,

    /// <summary>This end has closed the connection.</summary>
    Closed,
}
