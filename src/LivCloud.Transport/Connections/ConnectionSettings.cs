namespace LivCloud.Transport.Connections;

/// <summary>How a connection is set up.</summary>
public sealed record ConnectionSettings
{
    /// <summary>The least datagram that every path must carry (RFC 8200 section 5, less the headers of IPv6 and UDP).</summary>
    public const int LeastDatagramBytes = 1232;

    /// <summary>The longest datagram, without the headers of IP and UDP: 1232 to 65000. The default fits Ethernet's 1500.</summary>
    public int MaxDatagramBytes { get; init; } = 1472;

    /// <summary>How many packets may be sent and not acknowledged, or wait to be sent: 64 to 1048576.</summary>
    public int SendPackets { get; init; } = 1 << 16;

    /// <summary>How many packets may have arrived and not been read, with the holes before them: 64 to 1048576.</summary>
    public int ReceivePackets { get; init; } = 1 << 16;

    /// <summary>How many packets may wait to be sent for the first time: 1 or more. What waits longer is only late.</summary>
    public int WaitingPackets { get; init; } = 256;

    /// <summary>Who decides how fast is sent.</summary>
    public ControlLaw Law { get; init; } = ControlLaw.QueueBound;

    /// <summary>How long nothing may be heard of the peer before the connection is broken, at least: libudt takes about 46 seconds.</summary>
    public TimeSpan PeerTimeout { get; init; } = TimeSpan.FromSeconds(46);
}

/// <summary>Who decides how fast is sent.</summary>
public enum ControlLaw
{
    /// <summary>The modern law, when the peer is one of our own; UDT's own until that is known and with others.</summary>
    QueueBound,

    /// <summary>UDT's own, and nothing that libudt does not know.</summary>
    Native,
}
