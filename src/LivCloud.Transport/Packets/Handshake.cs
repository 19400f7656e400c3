using System.Buffers.Binary;
using System.Net;

namespace LivCloud.Transport.Packets;

/// <summary>The body of a handshake (draft-gg-udt-03, section 4), as libudt 4.11 speaks it.</summary>
internal readonly record struct Handshake
{
    /// <summary>How long it is. A listener of libudt takes no other length.</summary>
    public const int Bytes = 48;

    /// <summary>The protocol's version.</summary>
    public const uint Version4 = 4;

    /// <summary>A stream; the draft says 0, libudt 1.</summary>
    public const uint Stream = 1;

    private const int AddressOffset = 32, AddressBytes = 16;

    /// <summary><see cref="Version4"/>; the repeated answer of a connected libudt says 0.</summary>
    public required uint Version { get; init; }

    /// <summary><see cref="Stream"/>.</summary>
    public required uint SocketType { get; init; }

    /// <summary>The number of the first data packet, in both directions.</summary>
    public required SequenceNumber FirstSequence { get; init; }

    /// <summary>The longest packet, in bytes, with 28 for the headers of IP and UDP.</summary>
    public required uint MaxSegmentBytes { get; init; }

    /// <summary>How many packets may be on their way.</summary>
    public required uint FlowWindow { get; init; }

    /// <summary>What is asked or answered.</summary>
    public required HandshakeKind Kind { get; init; }

    /// <summary>The socket of who sends this.</summary>
    public required uint Socket { get; init; }

    /// <summary>What the listener gave to the client to see that its address is true; 0 in a first request.</summary>
    public required uint Cookie { get; init; }

    /// <summary>Reads the body of a handshake packet; what lies behind it is ignored.</summary>
    /// <returns>false when it is too short. What it says is not checked.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out Handshake handshake)
    {
        handshake = default;
        if (body.Length < Bytes)
        {
            return false;
        }

        handshake = new Handshake
        {
            Version = Word(body, 0),
            SocketType = Word(body, 1),
            FirstSequence = new SequenceNumber(Word(body, 2) & SequenceNumber.Max),
            MaxSegmentBytes = Word(body, 3),
            FlowWindow = Word(body, 4),
            Kind = (HandshakeKind)(int)Word(body, 5),
            Socket = Word(body, 6),
            Cookie = Word(body, 7),
        };
        return true;
    }

    /// <summary>Writes it to the first <see cref="Bytes"/> bytes.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="peer">Where the packet is sent to; libudt writes an IPv4 address with its bytes reversed, and reads none.</param>
    public void Write(Span<byte> body, IPAddress peer)
    {
        ReadOnlySpan<uint> words = [Version, SocketType, FirstSequence.Value, MaxSegmentBytes, FlowWindow, (uint)Kind, Socket, Cookie];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body[(4 * i)..], words[i]);
        }

        var address = body.Slice(AddressOffset, AddressBytes);
        address.Clear();
        _ = peer.TryWriteBytes(address, out var length);
        for (var word = 0; word < length; word += 4)
        {
            address.Slice(word, 4).Reverse();
        }
    }

    private static uint Word(ReadOnlySpan<byte> body, int index) => BinaryPrimitives.ReadUInt32BigEndian(body[(4 * index)..]);
}

/// <summary>What a handshake is.</summary>
internal enum HandshakeKind
{
    /// <summary>The third of a rendezvous.</summary>
    RendezvousAgreement = -2,

    /// <summary>The request with its cookie, and the answer to it.</summary>
    Conclusion = -1,

    /// <summary>The first of a rendezvous.</summary>
    Rendezvous = 0,

    /// <summary>The first request, and the listener's answer with a cookie.</summary>
    Request = 1,

    /// <summary>The listener refuses.</summary>
    Rejection = 1002,
}
