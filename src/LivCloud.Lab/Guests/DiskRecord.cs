using System.Buffers.Binary;

namespace LivCloud.Lab.Guests;

/// <summary>A record as lab/guest/workload.c writes it: magic, run, number, time, filler, CRC; little-endian.</summary>
/// <param name="Run">Differs for each boot of the guest.</param>
/// <param name="Number">Counts from 0; the record is at the record area's start plus 512 times this.</param>
internal readonly record struct DiskRecord(ulong Run, ulong Number)
{
    public const int Bytes = 512;

    /// <summary>Reads a record.</summary>
    /// <returns>false when it is none or its checksum is wrong.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out DiskRecord record)
    {
        record = new DiskRecord(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));
        return bytes.StartsWith("LIVCREC1"u8) && BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Bytes - 4)..]) == Crc32(bytes[..(Bytes - 4)]);
    }

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i =>
    {
        var c = (uint)i;
        for (var bit = 0; bit < 8; bit++)
        {
            c = (c & 1) != 0 ? 0xedb88320 ^ (c >> 1) : c >> 1;
        }

        return c;
    })];

    /// <summary>The CRC of IEEE 802.3.</summary>
    internal static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = Table[(crc ^ value) & 0xff] ^ (crc >> 8);
        }

        return ~crc;
    }
}
