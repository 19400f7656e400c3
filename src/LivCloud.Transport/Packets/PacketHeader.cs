using System.Buffers.Binary;

namespace LivCloud.Transport.Packets;

/// <summary>The 16 bytes that every packet begins with (draft-gg-udt-03, section 3): four words, the most significant byte first.</summary>
/// <param name="First">A data packet's number; of a control packet, its type in the upper and its extended type in the lower half, with the top bit set.</param>
/// <param name="Second">A data packet's message number and flags; of a control packet, what its type says.</param>
/// <param name="Timestamp">Microseconds since the sender's socket was opened, modulo 2^32.</param>
/// <param name="Destination">The receiver's socket; 0 for requests to connect.</param>
internal readonly record struct PacketHeader(uint First, uint Second, uint Timestamp, uint Destination)
{
    /// <summary>How long it is.</summary>
    public const int Bytes = 16;

    private const uint ControlFlag = 0x8000_0000;
    private const uint MessageMask = 0x1FFF_FFFF;
    private const uint SoloFlags = 0xC000_0000;

    /// <summary>Whether it begins a control packet.</summary>
    public bool IsControl => (First & ControlFlag) != 0;

    /// <summary>Of a control packet: what it is.</summary>
    public ControlType Type => (ControlType)((First & ~ControlFlag) >> 16);

    /// <summary>Of a control packet of <see cref="ControlType.UserDefined"/>: which one.</summary>
    public ushort ExtendedType => (ushort)First;

    /// <summary>Of a data packet: its number.</summary>
    public SequenceNumber Sequence => new(First & SequenceNumber.Max);

    /// <summary>Of a data packet: which of the application's writes it belongs to, from 1.</summary>
    public uint Message => Second & MessageMask;

    /// <summary>Begins a data packet that is a whole message, as a stream's all are.</summary>
    public static PacketHeader Data(SequenceNumber sequence, uint message, uint timestamp, uint destination) =>
        new(sequence.Value, SoloFlags | (message & MessageMask), timestamp, destination);

    /// <summary>Begins a control packet.</summary>
    public static PacketHeader Control(ControlType type, uint information, uint timestamp, uint destination, ushort extendedType = 0) =>
        new(ControlFlag | ((uint)type << 16) | extendedType, information, timestamp, destination);

    /// <summary>Reads the header of a datagram.</summary>
    /// <returns>false when the datagram is too short to be a packet.</returns>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out PacketHeader header)
    {
        header = default;
        if (datagram.Length < Bytes)
        {
            return false;
        }

        header = new PacketHeader(
            BinaryPrimitives.ReadUInt32BigEndian(datagram), BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]), BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]));
        return true;
    }

    /// <summary>Writes it to the first <see cref="Bytes"/> bytes.</summary>
    public void Write(Span<byte> datagram)
    {
        BinaryPrimitives.WriteUInt32BigEndian(datagram, First);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], Second);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[8..], Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[12..], Destination);
    }
}
