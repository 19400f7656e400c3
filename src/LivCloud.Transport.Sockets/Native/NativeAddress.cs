using System.Buffers.Binary;

namespace LivCloud.Transport.Sockets.Native;

/// <summary>struct sockaddr_in and sockaddr_in6, from and to a <see cref="DatagramAddress"/>.</summary>
internal static class NativeAddress
{
    /// <summary>Room for either.</summary>
    public const int MaxBytes = 28;

    private const int IPv4Bytes = 16;
    private const ushort FamilyIPv4 = 2, FamilyIPv6 = 10;
    private const uint MappedPrefix = 0xFFFF;

    /// <summary>Writes it for a socket of a family.</summary>
    /// <returns>How many bytes; 0 when that family can not reach it.</returns>
    public static int Write(DatagramAddress address, bool isIPv6Socket, Span<byte> destination)
    {
        destination[..MaxBytes].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], address.Port);
        if (isIPv6Socket)
        {
            BitConverter.TryWriteBytes(destination, FamilyIPv6);
            BinaryPrimitives.WriteUInt128BigEndian(destination[8..], address.Address);
            BitConverter.TryWriteBytes(destination[24..], address.Scope);
            return MaxBytes;
        }

        if (!address.IsIPv4)
        {
            return 0;
        }

        BitConverter.TryWriteBytes(destination, FamilyIPv4);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], (uint)address.Address);
        return IPv4Bytes;
    }

    /// <summary>Reads what the kernel wrote.</summary>
    public static DatagramAddress Read(ReadOnlySpan<byte> source)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        return BitConverter.ToUInt16(source) == FamilyIPv6
            ? new DatagramAddress(BinaryPrimitives.ReadUInt128BigEndian(source[8..]), port, BitConverter.ToUInt32(source[24..]))
            : new DatagramAddress(new UInt128(0, ((ulong)MappedPrefix << 32) | BinaryPrimitives.ReadUInt32BigEndian(source[4..])), port, 0);
    }
}
