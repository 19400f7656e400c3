using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Connections;

/// <summary>What two ends agreed on in the handshake.</summary>
/// <param name="LocalSocket">The number of our socket.</param>
/// <param name="RemoteSocket">The number of the peer's.</param>
/// <param name="FirstSequence">The number of our first packet.</param>
/// <param name="PeerFirstSequence">The number of the peer's: the same, but in a rendezvous.</param>
/// <param name="MaxDatagramBytes">The longest datagram, without the headers of IP and UDP.</param>
/// <param name="FlowWindow">How many packets the peer has room for.</param>
/// <param name="IsRendezvous">Whether both ends connected to each other.</param>
/// <param name="RoundTrip">How long the answer took; null when it was not measured.</param>
internal sealed record Agreement(
    uint LocalSocket, uint RemoteSocket, SequenceNumber FirstSequence, SequenceNumber PeerFirstSequence, int MaxDatagramBytes, int FlowWindow,
    bool IsRendezvous, TimeSpan? RoundTrip);
