namespace LivCloud.Transport.Packets;

/// <summary>The control packets that our own ends exchange as <see cref="ControlType.UserDefined"/>. libudt ignores them.</summary>
/// <remarks>The body of all but <see cref="Unknown"/> begins with the receiver's token, which it gave in its hello: who does not see the packets can not forge one.</remarks>
internal enum Extension : ushort
{
    /// <summary>Says that the sender knows these packets, and its token.</summary>
    Hello = 1,

    /// <summary>What has arrived, when, and what is missing; takes the place of all acknowledgements and loss reports.</summary>
    Report = 2,

    /// <summary>Asks a new address of the peer whether the peer is there.</summary>
    PathChallenge = 3,

    /// <summary>Says back what a challenge said.</summary>
    PathResponse = 4,

    /// <summary>The sender of this has no connection of the number that it got a packet for; the header's second word is that number, and there is no body.</summary>
    /// <remarks>It had none, or was started anew. Anybody could send this, so it is only a reason to ask the peer.</remarks>
    Unknown = 5,

    /// <summary>Padded to a length of which the sender wants to know whether it gets through.</summary>
    SizeProbe = 6,

    /// <summary>One has arrived: the length of the datagram follows the token.</summary>
    SizeAnswer = 8,

    /// <summary>The sender has closed; all that it sent has been acknowledged.</summary>
    Close = 7,
}
