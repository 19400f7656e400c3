using System.Buffers.Binary;
using System.Text;

namespace LivCloud.Channel.Wire;

/// <summary>Writes one frame: the header is filled in by <see cref="Finish"/>.</summary>
/// <remarks>The destination must have room for <see cref="WireLimits.MaxControlFrameBytes"/>; too little of it is a bug and throws.</remarks>
internal ref struct WireWriter
{
    private readonly Span<byte> _destination;
    private int _position;

    public WireWriter(Span<byte> destination, FrameType type)
    {
        _destination = destination;
        _destination[0] = (byte)type;
        _position = WireLimits.FrameHeaderBytes;
    }

    public void WriteByte(byte value) => _destination[_position++] = value;

    public void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_destination[_position..], value);
        _position += 2;
    }

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_destination[_position..], value);
        _position += 4;
    }

    public void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_destination[_position..], value);
        _position += 8;
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_destination[_position..]);
        _position += bytes.Length;
    }

    /// <summary>Writes a text; control characters become spaces, and what is beyond the limit is left out.</summary>
    public void WriteText(string text)
    {
        var length = 0;
        var lengthAt = _position;
        _position += 2;
        foreach (var rune in text.EnumerateRunes())
        {
            var printable = rune.Value is < 0x20 or 0x7F ? new Rune(' ') : rune;
            if (length + printable.Utf8SequenceLength > WireLimits.MaxTextBytes)
            {
                break;
            }

            length += printable.EncodeToUtf8(_destination[(_position + length)..]);
        }

        BinaryPrimitives.WriteUInt16BigEndian(_destination[lengthAt..], (ushort)length);
        _position += length;
    }

    /// <summary>Completes the header.</summary>
    /// <returns>The length of the whole frame in bytes.</returns>
    public readonly int Finish()
    {
        FrameHeader.WriteBodyLength(_destination, _position - WireLimits.FrameHeaderBytes);
        return _position;
    }
}
