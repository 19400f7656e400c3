using System.Buffers.Binary;

namespace LivCloud.Nbd;

/// <summary>An answer to an option; its data follows.</summary>
/// <param name="Option">The option's type.</param>
/// <param name="Type">1: done; 2 to 4: there is more to come; with the highest bit: an error.</param>
/// <param name="Length">Bytes of its data.</param>
public readonly record struct NbdOptionReply(uint Option, uint Type, uint Length)
{
    /// <summary>Bytes of the head.</summary>
    public const int Bytes = 20;

    private const ulong Magic = 0x0003E889045565A9;
    private const uint Ack = 1, Info = 3, Error = 1u << 31, Unsupported = Error | 1;

    /// <summary>Whether it ends the option well.</summary>
    public bool IsAck => Type == Ack;

    /// <summary>Whether it is the last one to its option.</summary>
    public bool IsLast => IsAck || Type >= Error;

    /// <summary>Whether its data may describe the export; see <see cref="NbdExport.TryRead"/>.</summary>
    public bool IsInfo => Type == Info;

    /// <summary>Reads a head.</summary>
    /// <param name="input">At least <see cref="Bytes"/> bytes.</param>
    /// <param name="reply">The answer.</param>
    /// <returns>What is wrong with it.</returns>
    public static NbdFault Read(ReadOnlySpan<byte> input, out NbdOptionReply reply)
    {
        reply = new NbdOptionReply(
            BinaryPrimitives.ReadUInt32BigEndian(input[8..]), BinaryPrimitives.ReadUInt32BigEndian(input[12..]), BinaryPrimitives.ReadUInt32BigEndian(input[16..]));
        return BinaryPrimitives.ReadUInt64BigEndian(input) != Magic ? NbdFault.Magic : reply.Length > NbdOption.MaxDataBytes ? NbdFault.TooLong : NbdFault.None;
    }

    /// <summary>Writes NBD_REP_ERR_UNSUP to an option into at least <see cref="Bytes"/> bytes.</summary>
    public static void WriteRefusal(uint option, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], option);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], Unsupported);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], 0);
    }
}
