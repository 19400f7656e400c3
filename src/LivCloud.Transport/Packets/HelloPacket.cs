using System.Buffers.Binary;

namespace LivCloud.Transport.Packets;

/// <summary>The body of <see cref="Extension.Hello"/>.</summary>
internal readonly record struct HelloPacket
{
    /// <summary>How long it is.</summary>
    public const int Bytes = 40;

    /// <summary>The version that this is; told in the header's second word.</summary>
    public const uint Version = 1;

    /// <summary>The token of who receives this; 0 while it is not known.</summary>
    public required ulong ReceiverToken { get; init; }

    /// <summary>The token of who sends this.</summary>
    public required ulong SenderToken { get; init; }

    /// <summary>Whether the sender has heard a hello.</summary>
    public required bool HasSeen { get; init; }

    /// <summary>The header's timestamp of the last hello that was heard; 0 when there was none.</summary>
    public required uint Echo { get; init; }

    /// <summary>How long ago it was heard, in microseconds.</summary>
    public required uint HoldMicroseconds { get; init; }

    /// <summary>Reads a body.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out HelloPacket hello)
    {
        hello = default;
        if (body.Length < Bytes)
        {
            return false;
        }

        hello = new HelloPacket
        {
            ReceiverToken = BinaryPrimitives.ReadUInt64BigEndian(body),
            SenderToken = BinaryPrimitives.ReadUInt64BigEndian(body[8..]),
            HasSeen = (BinaryPrimitives.ReadUInt32BigEndian(body[16..]) & 1) != 0,
            Echo = BinaryPrimitives.ReadUInt32BigEndian(body[20..]),
            HoldMicroseconds = BinaryPrimitives.ReadUInt32BigEndian(body[24..]),
        };
        return hello.SenderToken != 0;
    }

    /// <summary>Writes it; the rest of its length is 0, for what later versions may need.</summary>
    public void Write(Span<byte> body)
    {
        body[..Bytes].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(body, ReceiverToken);
        BinaryPrimitives.WriteUInt64BigEndian(body[8..], SenderToken);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], HasSeen ? 1u : 0);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], Echo);
        BinaryPrimitives.WriteUInt32BigEndian(body[24..], HoldMicroseconds);
    }
}
