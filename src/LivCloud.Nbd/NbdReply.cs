using System.Buffers.Binary;

namespace LivCloud.Nbd;

/// <summary>The head of a simple reply: 16 bytes, all numbers big-endian ("Simple reply message").</summary>
/// <param name="Error">0, or an error number as in errno(3).</param>
/// <param name="Cookie">The request's.</param>
public readonly record struct NbdReply(uint Error, ulong Cookie)
{
    /// <summary>Bytes of the head.</summary>
    public const int Bytes = 16;

    private const uint Magic = 0x67446698;

    /// <summary>Reads a head.</summary>
    /// <param name="input">At least <see cref="Bytes"/> bytes.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>What is wrong with it; the stream can not be read any further.</returns>
    public static NbdFault Read(ReadOnlySpan<byte> input, out NbdReply reply)
    {
        reply = new NbdReply(BinaryPrimitives.ReadUInt32BigEndian(input[4..]), BinaryPrimitives.ReadUInt64BigEndian(input[8..]));
        return BinaryPrimitives.ReadUInt32BigEndian(input) == Magic ? NbdFault.None : NbdFault.Magic;
    }

    /// <summary>Writes the head into at least <see cref="Bytes"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Error);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Cookie);
    }
}
