using System.Buffers.Binary;

namespace LivCloud.Nbd;

/// <summary>An option that a client haggles over before it uses an export; its data follows ("Fixed newstyle negotiation").</summary>
/// <param name="Type">Which; see the constants.</param>
/// <param name="Length">Bytes of its data.</param>
public readonly record struct NbdOption(uint Type, uint Length)
{
    /// <summary>Bytes of the head.</summary>
    public const int Bytes = 16;

    /// <summary>The most data of an option or of an answer to one: names have at most 4096 bytes.</summary>
    public const uint MaxDataBytes = 64 << 10;

    /// <summary>NBD_OPT_EXPORT_NAME: use an export; the answer has no head.</summary>
    public const uint ExportName = 1;

    /// <summary>NBD_OPT_ABORT.</summary>
    public const uint Abort = 2;

    /// <summary>NBD_OPT_GO: use an export.</summary>
    public const uint Go = 7;

    private const uint StartTls = 5, StructuredReply = 8, ExtendedHeaders = 11;

    /// <summary>"IHAVEOPT".</summary>
    private const ulong Magic = 0x49484156454F5054;

    /// <summary>
    /// Whether a relay refuses it in the server's name: it would change what requests and replies look like, or hide them. Clients do without.
    /// </summary>
    public bool IsRefused => Type is StartTls or StructuredReply or ExtendedHeaders;

    /// <summary>Reads a head.</summary>
    /// <param name="input">At least <see cref="Bytes"/> bytes.</param>
    /// <param name="option">The option.</param>
    /// <returns>What is wrong with it.</returns>
    public static NbdFault Read(ReadOnlySpan<byte> input, out NbdOption option)
    {
        option = new NbdOption(BinaryPrimitives.ReadUInt32BigEndian(input[8..]), BinaryPrimitives.ReadUInt32BigEndian(input[12..]));
        return BinaryPrimitives.ReadUInt64BigEndian(input) != Magic ? NbdFault.Magic : option.Length > MaxDataBytes ? NbdFault.TooLong : NbdFault.None;
    }
}
