using System.Buffers.Binary;

namespace LivCloud.Libvirt.Rpc;

/// <summary>The head of one message of libvirt's RPC protocol: 28 bytes, all numbers big-endian.</summary>
/// <remarks>Libvirt's src/rpc/virnetprotocol.x: a length word, then virNetMessageHeader.</remarks>
/// <param name="Length">Bytes of the whole message, the 4 of the length word included.</param>
/// <param name="Program">Which set of procedures is meant; see <see cref="RpcProgram"/>. Unknown ones are let through.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Procedure">The procedure within the program.</param>
/// <param name="Type">Call, reply, message or stream.</param>
/// <param name="Serial">The call's number; a reply has that of its call, a message 0.</param>
/// <param name="Status">Of a reply, whether it is an error.</param>
public readonly record struct RpcFrameHeader(
    int Length, uint Program, uint Version, int Procedure, RpcMessageType Type, uint Serial, RpcMessageStatus Status)
{
    /// <summary>Bytes of the length word and the header.</summary>
    public const int Bytes = 28;

    /// <summary>
    /// The longest message that libvirt sends or takes: VIR_NET_MESSAGE_MAX (32 MiB) and the length word, which it does not count.
    /// </summary>
    public const int MaxFrameBytes = 33_554_432 + 4;

    /// <summary>Reads the head of the message that begins at <paramref name="input"/>.</summary>
    /// <param name="input">What has come so far; it may hold less than the message, or more.</param>
    /// <param name="header">The head.</param>
    /// <param name="bytesNeeded">
    /// With true, how many bytes of the message are still to come (0: it is there whole). With false and no error, how many bytes of the
    /// head are.
    /// </param>
    /// <param name="error">
    /// Why this is no RPC message; the stream can not be read any further. A bad length is told from its 4 bytes.
    /// </param>
    /// <returns>Whether the head is there and makes sense.</returns>
    public static bool TryRead(ReadOnlySpan<byte> input, out RpcFrameHeader header, out int bytesNeeded, out RpcFrameError error)
    {
        (header, bytesNeeded, error) = (default, 0, RpcFrameError.None);
        if (input.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(input) is < Bytes or > MaxFrameBytes)
        {
            error = BinaryPrimitives.ReadUInt32BigEndian(input) < Bytes ? RpcFrameError.TooShort : RpcFrameError.TooLong;
            return false;
        }

        if (input.Length < Bytes)
        {
            bytesNeeded = Bytes - input.Length;
            return false;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(input);
        var type = BinaryPrimitives.ReadUInt32BigEndian(input[16..]);
        var status = BinaryPrimitives.ReadUInt32BigEndian(input[24..]);
        if (type > (uint)RpcMessageType.ReplyWithFileDescriptors || status > (uint)RpcMessageStatus.Continue)
        {
            error = type > (uint)RpcMessageType.ReplyWithFileDescriptors ? RpcFrameError.UnknownType : RpcFrameError.UnknownStatus;
            return false;
        }

        header = new RpcFrameHeader(
            length,
            BinaryPrimitives.ReadUInt32BigEndian(input[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(input[8..]),
            BinaryPrimitives.ReadInt32BigEndian(input[12..]),
            (RpcMessageType)type,
            BinaryPrimitives.ReadUInt32BigEndian(input[20..]),
            (RpcMessageStatus)status);
        bytesNeeded = Math.Max(0, length - input.Length);
        return true;
    }

    /// <summary>Writes the head.</summary>
    /// <returns>false when <paramref name="destination"/> has less than <see cref="Bytes"/> bytes.</returns>
    public bool TryWrite(Span<byte> destination)
    {
        if (destination.Length < Bytes)
        {
            return false;
        }

        BinaryPrimitives.WriteInt32BigEndian(destination, Length);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Program);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Version);
        BinaryPrimitives.WriteInt32BigEndian(destination[12..], Procedure);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], (uint)Type);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], Serial);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], (uint)Status);
        return true;
    }
}
