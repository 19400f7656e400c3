using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace LivCloud.Channel.Wire;

/// <summary>Reads big-endian fields from the body of a frame. A failed read consumes nothing.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _rest.Length;

    public bool TryReadByte(out byte value)
    {
        value = 0;
        if (!TryReadBytes(1, out var bytes))
        {
            return false;
        }

        value = bytes[0];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        value = 0;
        return TryReadBytes(2, out var bytes) && BinaryPrimitives.TryReadUInt16BigEndian(bytes, out value);
    }

    public bool TryReadUInt32(out uint value)
    {
        value = 0;
        return TryReadBytes(4, out var bytes) && BinaryPrimitives.TryReadUInt32BigEndian(bytes, out value);
    }

    public bool TryReadUInt64(out ulong value)
    {
        value = 0;
        return TryReadBytes(8, out var bytes) && BinaryPrimitives.TryReadUInt64BigEndian(bytes, out value);
    }

    public bool TryReadBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_rest.Length < count)
        {
            return false;
        }

        bytes = _rest[..count];
        _rest = _rest[count..];
        return true;
    }

    /// <summary>Reads a stream id, which is never 0.</summary>
    public bool TryReadStreamId(out uint id, out WireError error)
    {
        error = !TryReadUInt32(out id) ? WireError.Truncated : id == 0 ? WireError.Zero : WireError.None;
        return error == WireError.None;
    }

    /// <summary>Reads an offset in a stream, which is at most <see cref="WireLimits.MaxStreamOffset"/>.</summary>
    public bool TryReadOffset(out long offset, out WireError error)
    {
        offset = 0;
        if (!TryReadUInt64(out var value))
        {
            error = WireError.Truncated;
            return false;
        }

        error = value > WireLimits.MaxStreamOffset ? WireError.OffsetTooLarge : WireError.None;
        offset = error == WireError.None ? (long)value : 0;
        return error == WireError.None;
    }

    /// <summary>Reads a length of two bytes and as many bytes of UTF-8 without control characters.</summary>
    public bool TryReadText(out string text, out WireError error)
    {
        text = "";
        error = WireError.Truncated;
        if (!TryReadUInt16(out var length))
        {
            return false;
        }

        if (length > WireLimits.MaxTextBytes)
        {
            error = WireError.BadText;
            return false;
        }

        if (!TryReadBytes(length, out var bytes))
        {
            return false;
        }

        var hasControls = bytes.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0 || bytes.Contains((byte)0x7F);
        error = hasControls || !Utf8.IsValid(bytes) ? WireError.BadText : WireError.None;
        text = error == WireError.None ? Encoding.UTF8.GetString(bytes) : "";
        return error == WireError.None;
    }

    /// <summary>Succeeds when every byte was read.</summary>
    public readonly bool TryEnd(out WireError error)
    {
        error = _rest.IsEmpty ? WireError.None : WireError.TrailingBytes;
        return _rest.IsEmpty;
    }
}
