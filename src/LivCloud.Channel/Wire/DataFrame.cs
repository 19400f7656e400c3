using System.Buffers.Binary;

namespace LivCloud.Channel.Wire;

/// <summary>Bytes of a stream; they are a view of the reader's buffer.</summary>
internal readonly ref struct DataFrame
{
    private DataFrame(uint stream, long offset, ReadOnlySpan<byte> bytes)
    {
        Stream = stream;
        Offset = offset;
        Bytes = bytes;
    }

    public uint Stream { get; }

    /// <summary>Where the first byte belongs in the stream.</summary>
    public long Offset { get; }

    /// <summary>1 to <see cref="WireLimits.MaxDataBytes"/> bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public static bool TryRead(ref WireReader reader, out DataFrame frame, out WireError error)
    {
        frame = default;
        if (!reader.TryReadStreamId(out var stream, out error) || !reader.TryReadOffset(out var offset, out error))
        {
            return false;
        }

        var length = reader.Remaining;
        error = length == 0 ? WireError.Truncated
            : length > WireLimits.MaxDataBytes ? WireError.FrameTooLong
            : offset > WireLimits.MaxStreamOffset - length ? WireError.OffsetTooLarge
            : WireError.None;
        if (error != WireError.None)
        {
            return false;
        }

        _ = reader.TryReadBytes(length, out var bytes);
        frame = new DataFrame(stream, offset, bytes);
        return true;
    }

    /// <summary>Writes header, stream id and offset before <paramref name="length"/> bytes that are in the frame already.</summary>
    public static void WritePrefix(Span<byte> frame, uint stream, long offset, int length)
    {
        frame[0] = (byte)FrameType.Data;
        FrameHeader.WriteBodyLength(frame, WireLimits.DataPrefixBytes + length);
        BinaryPrimitives.WriteUInt32BigEndian(frame[WireLimits.FrameHeaderBytes..], stream);
        BinaryPrimitives.WriteUInt64BigEndian(frame[(WireLimits.FrameHeaderBytes + 4)..], (ulong)offset);
    }
}
