using System.Buffers.Binary;

namespace LivCloud.Nbd;

/// <summary>The head of a request with a compact header: 28 bytes, all numbers big-endian ("Compact request message").</summary>
/// <param name="Flags">Modifiers; see <see cref="ForceUnitAccess"/> and <see cref="FastZero"/>.</param>
/// <param name="Command">What is asked for.</param>
/// <param name="Cookie">By which the answer is told; the client's own, or the relay's.</param>
/// <param name="Offset">First byte of the range on the disk.</param>
/// <param name="Length">Bytes of the range.</param>
public readonly record struct NbdRequest(ushort Flags, NbdCommand Command, ulong Cookie, ulong Offset, uint Length)
{
    /// <summary>Bytes of the head.</summary>
    public const int Bytes = 28;

    /// <summary>The longest range whose bytes may follow: what servers take at most unless they say otherwise ("Block size constraints").</summary>
    public const uint MaxPayloadBytes = 32 << 20;

    /// <summary>NBD_CMD_FLAG_FUA: the answer means that the bytes are on stable storage.</summary>
    public const ushort ForceUnitAccess = 1 << 0;

    /// <summary>NBD_CMD_FLAG_FAST_ZERO: fail rather than write zeroes slowly.</summary>
    public const ushort FastZero = 1 << 4;

    private const uint Magic = 0x25609513;

    /// <summary>Bytes that follow the head.</summary>
    public uint PayloadBytes => Command == NbdCommand.Write ? Length : 0;

    /// <summary>Whether the disk may be another afterwards.</summary>
    public bool Changes => Command is NbdCommand.Write or NbdCommand.Trim or NbdCommand.WriteZeroes;

    /// <summary>Reads a head.</summary>
    /// <param name="input">At least <see cref="Bytes"/> bytes.</param>
    /// <param name="request">The request.</param>
    /// <returns>What is wrong with it; the stream can not be read any further.</returns>
    public static NbdFault Read(ReadOnlySpan<byte> input, out NbdRequest request)
    {
        request = new NbdRequest(
            BinaryPrimitives.ReadUInt16BigEndian(input[4..]),
            (NbdCommand)BinaryPrimitives.ReadUInt16BigEndian(input[6..]),
            BinaryPrimitives.ReadUInt64BigEndian(input[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(input[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(input[24..]));
        if (BinaryPrimitives.ReadUInt32BigEndian(input) != Magic)
        {
            return NbdFault.Magic;
        }

        if (request.Command > NbdCommand.WriteZeroes)
        {
            return NbdFault.Command;
        }

        var carries = request.Command is NbdCommand.Read or NbdCommand.Write;
        return (carries && request.Length > MaxPayloadBytes) || request.Offset > ulong.MaxValue - request.Length ? NbdFault.TooLong : NbdFault.None;
    }

    /// <summary>Writes the head into at least <see cref="Bytes"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Magic);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], Flags);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)Command);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Cookie);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], Offset);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], Length);
    }

    /// <summary>Whether the order of two requests matters: they touch the same bytes, and at least one changes them.</summary>
    public bool Conflicts(in NbdRequest other) =>
        (Changes || other.Changes) && Offset < other.Offset + other.Length && other.Offset < Offset + Length;
}
