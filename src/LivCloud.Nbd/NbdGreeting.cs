using System.Buffers.Binary;

namespace LivCloud.Nbd;

/// <summary>What a server sends first, and the client's answer to it.</summary>
public static class NbdGreeting
{
    /// <summary>Bytes of the server's: two magic numbers and its flags.</summary>
    public const int ServerBytes = 18;

    /// <summary>Bytes of the client's flags.</summary>
    public const int ClientBytes = 4;

    /// <summary>"NBDMAGIC" and "IHAVEOPT".</summary>
    private const ulong Magic = 0x4E42444D41474943, OptionMagic = 0x49484156454F5054;

    /// <summary>NBD_FLAG_C_NO_ZEROES.</summary>
    private const uint NoZeroes = 1 << 1;

    /// <summary>Looks at the server's greeting, at least <see cref="ServerBytes"/> bytes.</summary>
    public static NbdFault Check(ReadOnlySpan<byte> server) =>
        BinaryPrimitives.ReadUInt64BigEndian(server) == Magic && BinaryPrimitives.ReadUInt64BigEndian(server[8..]) == OptionMagic ? NbdFault.None : NbdFault.Magic;

    /// <summary>How many zeroes follow the answer to <see cref="NbdOption.ExportName"/>.</summary>
    /// <param name="client">The client's flags, at least <see cref="ClientBytes"/> bytes.</param>
    public static int PaddingBytes(ReadOnlySpan<byte> client) => (BinaryPrimitives.ReadUInt32BigEndian(client) & NoZeroes) != 0 ? 0 : 124;
}
