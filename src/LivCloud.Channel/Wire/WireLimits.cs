namespace LivCloud.Channel.Wire;

/// <summary>The limits that both ends enforce on what they read; docs/protocol.md lists them.</summary>
internal static class WireLimits
{
    /// <summary>The protocol version that this code speaks.</summary>
    public const ushort Version = 1;

    /// <summary>Type and body length.</summary>
    public const int FrameHeaderBytes = 4;

    /// <summary>The most stream bytes in one DATA frame.</summary>
    public const int MaxDataBytes = 64 * 1024;

    /// <summary>Stream id and offset before the bytes of a DATA frame.</summary>
    public const int DataPrefixBytes = 12;

    /// <summary>What a DATA frame has besides the stream's bytes.</summary>
    public const int DataOverheadBytes = FrameHeaderBytes + DataPrefixBytes;

    /// <summary>The longest body of any frame: a full DATA frame.</summary>
    public const int MaxBodyBytes = DataPrefixBytes + MaxDataBytes;

    /// <summary>The longest frame.</summary>
    public const int MaxFrameBytes = FrameHeaderBytes + MaxBodyBytes;

    /// <summary>The most UTF-8 bytes of a reason.</summary>
    public const int MaxTextBytes = 512;

    /// <summary>Room for any frame that is not DATA.</summary>
    public const int MaxControlFrameBytes = FrameHeaderBytes + 64 + MaxTextBytes;

    /// <summary>The greatest offset in a stream, so that sums of offsets and lengths can not overflow.</summary>
    public const long MaxStreamOffset = 1L << 62;

    /// <summary>The greatest stream index in a target.</summary>
    public const int MaxStreamIndex = ushort.MaxValue;
}
