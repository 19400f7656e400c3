using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Handshakes;

/// <summary>Two ends connect to each other, so that both may be behind a NAT (draft-gg-udt-03, section 5.2).</summary>
internal sealed class RendezvousHandshake(Offer offer, Instant now) : IHandshake
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);
    private HandshakeKind _kind = HandshakeKind.Rendezvous;
    private uint _peer;
    private Instant _askAt = now;

    /// <inheritdoc/>
    public Offer Offer => offer;

    /// <inheritdoc/>
    public Instant DueAt => _askAt;

    /// <inheritdoc/>
    public Handshake? Poll(Instant now, out uint destination)
    {
        destination = _peer;
        if (now < _askAt)
        {
            return null;
        }

        _askAt = now + Retry;
        return offer.ToHandshake(_kind, cookie: 0);
    }

    /// <inheritdoc/>
    public HandshakeOutcome Take(in Handshake answer, Instant now)
    {
        if (answer.Kind is not (HandshakeKind.Rendezvous or HandshakeKind.Conclusion or HandshakeKind.RendezvousAgreement))
        {
            return HandshakeOutcome.Pending;
        }

        _peer = answer.Socket;
        if (_kind == HandshakeKind.Rendezvous || answer.Kind == HandshakeKind.Rendezvous)
        {
            (_kind, _askAt) = (HandshakeKind.Conclusion, now);
            return HandshakeOutcome.Pending;
        }

        return offer.Agree(answer, isRendezvous: true, roundTrip: null);
    }
}
