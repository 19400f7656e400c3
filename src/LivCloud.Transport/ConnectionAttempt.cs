using LivCloud.Transport.Connections;
using LivCloud.Transport.Handshakes;

namespace LivCloud.Transport;

/// <summary>A connection that we want.</summary>
public sealed class ConnectionAttempt
{
    internal ConnectionAttempt(DatagramAddress peer, IHandshake handshake, Instant endsAt) => (Peer, Handshake, EndsAt) = (peer, handshake, endsAt);

    /// <summary>Whom with.</summary>
    public DatagramAddress Peer { get; }

    /// <summary>What has become of it.</summary>
    public ConnectionAttemptState State { get; internal set; }

    /// <summary>The connection, when it is set up.</summary>
    public Connection? Connection { get; internal set; }

    internal IHandshake Handshake { get; }

    internal Instant EndsAt { get; }
}

/// <summary>What has become of an attempt to connect.</summary>
public enum ConnectionAttemptState
{
    /// <summary>It goes on.</summary>
    Pending,

    /// <summary>The connection is set up.</summary>
    Connected,

    /// <summary>The peer refused, because it speaks another version or has too many connections.</summary>
    Refused,

    /// <summary>The peer did not answer in time.</summary>
    TimedOut,
}
