using LivCloud.Transport.Connections;
using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Handshakes;

/// <summary>What one end brings to a handshake.</summary>
/// <param name="Socket">The number of its socket: 1 to 2^30 - 1.</param>
/// <param name="FirstSequence">The number of its first packet.</param>
/// <param name="MaxDatagramBytes">The longest datagram that it sends and takes, without the headers of IP and UDP.</param>
/// <param name="FlowWindow">How many packets it has room for.</param>
internal sealed record Offer(uint Socket, SequenceNumber FirstSequence, int MaxDatagramBytes, int FlowWindow)
{
    /// <summary>The headers of IP and UDP as UDT counts them, also with IPv6.</summary>
    public const int HeaderBytes = 28;

    private const uint MaxSocket = 0x3FFF_FFFF;
    private const int LeastDatagramBytes = 64, LeastFlowWindow = 2;

    /// <summary>A packet's content that says it.</summary>
    public Handshake ToHandshake(HandshakeKind kind, uint cookie) => new()
    {
        Version = Handshake.Version4,
        SocketType = Handshake.Stream,
        FirstSequence = FirstSequence,
        MaxSegmentBytes = (uint)(MaxDatagramBytes + HeaderBytes),
        FlowWindow = (uint)FlowWindow,
        Kind = kind,
        Socket = Socket,
        Cookie = cookie,
    };

    /// <summary>Agrees with what the peer says: the lesser of both packet lengths, the peer's room.</summary>
    /// <returns>Refused when what it says can not be.</returns>
    public HandshakeOutcome Agree(in Handshake peer, bool isRendezvous, TimeSpan? roundTrip)
    {
        if (peer.Socket is 0 or > MaxSocket || peer.MaxSegmentBytes < LeastDatagramBytes + HeaderBytes || peer.FlowWindow is < LeastFlowWindow or > int.MaxValue)
        {
            return HandshakeOutcome.Refused;
        }

        var datagram = (int)Math.Min(peer.MaxSegmentBytes - HeaderBytes, (uint)MaxDatagramBytes);
        return new(new Agreement(Socket, peer.Socket, FirstSequence, peer.FirstSequence, datagram, (int)peer.FlowWindow, isRendezvous, roundTrip), false);
    }
}
