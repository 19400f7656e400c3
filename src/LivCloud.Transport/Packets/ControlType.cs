namespace LivCloud.Transport.Packets;

/// <summary>What a control packet is (draft-gg-udt-03, section 3.2). Others are ignored.</summary>
internal enum ControlType : ushort
{
    /// <summary>Connecting.</summary>
    Handshake = 0,

    /// <summary>The sender is there and has nothing to send.</summary>
    KeepAlive = 1,

    /// <summary>All packets before a number have arrived.</summary>
    Acknowledgement = 2,

    /// <summary>Packets are missing.</summary>
    LossReport = 3,

    /// <summary>The path is getting slower; libudt never sends it.</summary>
    CongestionWarning = 4,

    /// <summary>The sender has closed.</summary>
    Shutdown = 5,

    /// <summary>An acknowledgement has arrived.</summary>
    AcknowledgementOfAcknowledgement = 6,

    /// <summary>A message is not sent again; streams have none such.</summary>
    DropRequest = 7,

    /// <summary>The peer's application failed.</summary>
    PeerError = 8,

    /// <summary>What two ends agreed on; see <see cref="PacketHeader.ExtendedType"/>.</summary>
    UserDefined = 0x7FFF,
}
