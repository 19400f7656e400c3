using System.Buffers.Binary;
using LivCloud.Transport.Sockets.Native;

namespace LivCloud.Transport.Sockets.Udp;

/// <summary>What the kernel says of a message beside its bytes, and what it is told: the control messages of recvmsg(2) and sendmsg(2).</summary>
/// <param name="SegmentBytes">The length of each datagram of those that were joined, but the last's.</param>
/// <param name="Age">How long ago it came.</param>
/// <param name="Local">Which of our addresses it came to; 0 when that was not asked for.</param>
internal readonly record struct ControlData(int SegmentBytes, TimeSpan Age, UInt128 Local)
{
    /// <summary>Room for all that comes, and for all that is told.</summary>
    public const int Bytes = 128;

    public const int SolIP = 0, SolSocket = 1, SolUdp = 17, SolIPv6 = 41;
    public const int UdpSegment = 103, UdpGro = 104, Timestamps = 35;
    public const int IPPacketInformation = 8, IPv6ReceivePacketInformation = 49;
    private const int IPv6PacketInformation = 50;
    private const int IPv6InformationBytes = 20, IPInformationBytes = 12;
    private const uint MappedPrefix = 0xFFFF;

    // What the process could not take at once is not the path's delay; what waits for longer is a queue that who sends must know of.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads what came with a message.</summary>
    /// <param name="header">The message's.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="now">The system's time.</param>
    public static unsafe ControlData Read(in MessageHeader header, int length, DateTime now)
    {
        var (segment, age, local) = (Math.Max(length, 1), TimeSpan.Zero, default(UInt128));
        var end = header.Control + header.ControlLength;
        for (var at = header.Control; end - at >= sizeof(ControlHeader);)
        {
            // SAFETY: the kernel wrote whole headers with their data into the control block, ControlLength bytes in all; what says to be longer ends the walk.
            var control = (ControlHeader*)at;
            if (control->Length < (nuint)sizeof(ControlHeader) || control->Length > (nuint)(end - at))
            {
                break;
            }

            var data = new ReadOnlySpan<byte>(control + 1, (int)control->Length - sizeof(ControlHeader));
            switch (control->Level, control->Type)
            {
                case (SolUdp, UdpGro) when data.Length >= sizeof(int):
                    segment = Math.Max(1, BitConverter.ToInt32(data));
                    break;
                case (SolSocket, Timestamps) when data.Length >= sizeof(TimeSpec):
                    var stamp = (TimeSpec*)(control + 1);
                    age = now - DateTime.UnixEpoch - new TimeSpan((stamp->Seconds * TimeSpan.TicksPerSecond) + (stamp->Nanoseconds / 100));
                    break;
                case (SolIP, IPPacketInformation) when data.Length >= IPInformationBytes:
                    local = new UInt128(0, ((ulong)MappedPrefix << 32) | BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
                    break;
                case (SolIPv6, IPv6PacketInformation) when data.Length >= IPv6InformationBytes:
                    local = BinaryPrimitives.ReadUInt128BigEndian(data);
                    break;
            }

            at += (control->Length + 7) & ~(nuint)7;
        }

        return new ControlData(segment, age < TimeSpan.Zero ? TimeSpan.Zero : age < MaxAge ? age : MaxAge, local);
    }

    /// <summary>Writes what a message that is sent carries.</summary>
    /// <param name="block">Where to: <see cref="Bytes"/> long.</param>
    /// <param name="segmentBytes">The length of each datagram that it is cut into; 0 when it is one.</param>
    /// <param name="local">Which of our addresses it comes from; 0 for the route's.</param>
    /// <param name="isIPv6">Whether the socket is one of IPv6.</param>
    /// <returns>How many bytes.</returns>
    public static unsafe nuint Write(byte* block, int segmentBytes, UInt128 local, bool isIPv6)
    {
        // SAFETY: at most 24 and 40 of the block's bytes are used.
        var at = block;
        if (segmentBytes > 0)
        {
            BitConverter.TryWriteBytes(Begin(ref at, SolUdp, UdpSegment, sizeof(ushort)), (ushort)segmentBytes);
        }

        if (local != 0 && isIPv6)
        {
            var information = Begin(ref at, SolIPv6, IPv6PacketInformation, IPv6InformationBytes);
            information.Clear();
            BinaryPrimitives.WriteUInt128BigEndian(information, local);
        }
        else if (local != 0)
        {
            var information = Begin(ref at, SolIP, IPPacketInformation, IPInformationBytes);
            information.Clear();
            BinaryPrimitives.WriteUInt32BigEndian(information[4..], (uint)local);
        }

        return (nuint)(at - block);
    }

    private static unsafe Span<byte> Begin(ref byte* at, int level, int type, int bytes)
    {
        var control = (ControlHeader*)at;
        *control = new ControlHeader { Length = (nuint)(sizeof(ControlHeader) + bytes), Level = level, Type = type };
        at += sizeof(ControlHeader) + ((bytes + 7) & ~7);
        return new Span<byte>(control + 1, bytes);
    }
}
