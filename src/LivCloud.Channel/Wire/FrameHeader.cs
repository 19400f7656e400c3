namespace LivCloud.Channel.Wire;

/// <summary>The four bytes before each frame's body: its type, and the body's length in three bytes.</summary>
internal readonly record struct FrameHeader(FrameType Type, int BodyBytes)
{
    /// <summary>How many bytes the frame has with its header.</summary>
    public int FrameBytes => WireLimits.FrameHeaderBytes + BodyBytes;

    /// <summary>Reads a header from the beginning of <paramref name="bytes"/>.</summary>
    /// <returns>false with <see cref="WireError.Truncated"/> when more bytes are needed, with another error when they are of no use.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header, out WireError error)
    {
        header = default;
        error = WireError.Truncated;
        if (bytes.Length < WireLimits.FrameHeaderBytes)
        {
            return false;
        }

        var bodyBytes = (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
        error = !FrameTypes.IsKnown(bytes[0]) ? WireError.UnknownFrameType
            : bodyBytes > MaxBodyBytes((FrameType)bytes[0]) ? WireError.FrameTooLong
            : WireError.None;
        header = error == WireError.None ? new FrameHeader((FrameType)bytes[0], bodyBytes) : default;
        return error == WireError.None;
    }

    /// <summary>Writes the length of the body into a header whose type is there already.</summary>
    public static void WriteBodyLength(Span<byte> frame, int bodyBytes)
    {
        frame[1] = (byte)(bodyBytes >> 16);
        frame[2] = (byte)(bodyBytes >> 8);
        frame[3] = (byte)bodyBytes;
    }

    private static int MaxBodyBytes(FrameType type) =>
        type == FrameType.Data ? WireLimits.MaxBodyBytes : WireLimits.MaxControlFrameBytes - WireLimits.FrameHeaderBytes;
}
