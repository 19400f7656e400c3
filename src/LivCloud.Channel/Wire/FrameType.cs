namespace LivCloud.Channel.Wire;

/// <summary>What a frame is; the first byte of its header.</summary>
internal enum FrameType : byte
{
    /// <summary>The dialer's first frame: who it is and which session it wants.</summary>
    Hello = 1,

    /// <summary>The acceptor's answer to <see cref="Hello"/>.</summary>
    Welcome = 2,

    /// <summary>The last frame on a link: why it is closed.</summary>
    Close = 3,

    /// <summary>Asks for a stream.</summary>
    Open = 4,

    /// <summary>The stream was accepted.</summary>
    Opened = 5,

    /// <summary>The stream was not accepted.</summary>
    Refused = 6,

    /// <summary>Bytes of a stream at an offset.</summary>
    Data = 7,

    /// <summary>How far the peer may send on a stream.</summary>
    Credit = 8,

    /// <summary>The length of a stream in one direction, now that it is known.</summary>
    Fin = 9,

    /// <summary>Both directions of a stream are abandoned.</summary>
    Reset = 10,

    /// <summary>Asks for a <see cref="Pong"/>.</summary>
    Ping = 11,

    /// <summary>Answers a <see cref="Ping"/>.</summary>
    Pong = 12,

    /// <summary>How many frames were received on this link.</summary>
    LinkAck = 13,

    /// <summary>The sender opens and accepts no more streams; the session ends when those there are have ended.</summary>
    Goodbye = 14,
}

/// <summary>What can be told of a frame type by itself.</summary>
internal static class FrameTypes
{
    /// <summary>Whether frames of this type are kept until they are acknowledged, and counted by LINKACK.</summary>
    public static bool IsAcknowledged(this FrameType type) => type switch
    {
        FrameType.Open or FrameType.Opened or FrameType.Refused or FrameType.Data or FrameType.Credit or FrameType.Fin
            or FrameType.Reset or FrameType.Goodbye => true,
        FrameType.Hello or FrameType.Welcome or FrameType.Close or FrameType.Ping or FrameType.Pong or FrameType.LinkAck => false,
    };

    /// <summary>Whether the byte names a frame type.</summary>
    public static bool IsKnown(byte type) => type is >= (byte)FrameType.Hello and <= (byte)FrameType.Goodbye;
}
