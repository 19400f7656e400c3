using System.Buffers.Binary;

namespace LivCloud.Nbd;

/// <summary>What a server says of the export that a client is about to use.</summary>
/// <param name="Size">Its bytes.</param>
/// <param name="Flags">"Transmission flags".</param>
public readonly record struct NbdExport(ulong Size, ushort Flags)
{
    /// <summary>Bytes of it in an answer to <see cref="NbdOption.ExportName"/>; 124 zeroes follow unless both sides waive them.</summary>
    public const int Bytes = 10;

    private const ushort SendFlush = 1 << 2, CanMultiConn = 1 << 8;

    /// <summary>Whether the client may ask for a flush; one that may not never learns when its writes are safe.</summary>
    public bool HasFlush => (Flags & SendFlush) != 0;

    /// <summary>Reads what an answer to <see cref="NbdOption.ExportName"/> begins with: at least <see cref="Bytes"/> bytes.</summary>
    public static NbdExport Read(ReadOnlySpan<byte> input) => new(BinaryPrimitives.ReadUInt64BigEndian(input), BinaryPrimitives.ReadUInt16BigEndian(input[8..]));

    /// <summary>
    /// Takes NBD_FLAG_CAN_MULTI_CONN out of what <see cref="Read"/> or <see cref="TryRead"/> read: behind relays a flush speaks for its connection only.
    /// </summary>
    /// <param name="bytes">The same bytes.</param>
    public static void ForbidSeveralConnections(Span<byte> bytes)
    {
        var flags = bytes[^sizeof(ushort)..];
        BinaryPrimitives.WriteUInt16BigEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(flags) & ~CanMultiConn));
    }

    /// <summary>Reads the data of an answer that <see cref="NbdOptionReply.IsInfo"/>.</summary>
    /// <returns>Whether it is NBD_INFO_EXPORT and not something else about the export.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, out NbdExport export)
    {
        var isExport = data.Length == sizeof(ushort) + Bytes && BinaryPrimitives.ReadUInt16BigEndian(data) == 0;
        export = isExport ? Read(data[sizeof(ushort)..]) : default;
        return isExport;
    }
}
