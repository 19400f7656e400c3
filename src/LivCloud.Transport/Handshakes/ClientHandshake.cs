using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Handshakes;

/// <summary>The client's side of setting up a connection (draft-gg-udt-03, section 5.1): it asks, gets a cookie, asks with the cookie, is answered.</summary>
internal sealed class ClientHandshake(Offer offer, Instant now) : IHandshake
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    // A cookie may have become too old on its way.
    private const int TriesWithCookie = 3;
    private uint _cookie;
    private int _tries;
    private Instant _askAt = now;
    private Instant _askedAt;
    private bool _askedTwice;
    private TimeSpan? _roundTrip;

    /// <inheritdoc/>
    public Offer Offer => offer;

    /// <inheritdoc/>
    public Instant DueAt => _askAt;

    /// <inheritdoc/>
    public Handshake? Poll(Instant now, out uint destination)
    {
        destination = 0;
        if (now < _askAt)
        {
            return null;
        }

        if (_cookie != 0 && _tries == TriesWithCookie)
        {
            (_cookie, _tries) = (0, 0);
        }

        _askedTwice = _tries++ > 0;
        (_askedAt, _askAt) = (now, now + Retry);
        return offer.ToHandshake(_cookie == 0 ? HandshakeKind.Request : HandshakeKind.Conclusion, _cookie);
    }

    /// <inheritdoc/>
    public HandshakeOutcome Take(in Handshake answer, Instant now)
    {
        switch (answer.Kind)
        {
            case HandshakeKind.Request when answer.Socket == offer.Socket && answer.FirstSequence == offer.FirstSequence && answer.Cookie != 0 && _cookie == 0:
                if (!_askedTwice)
                {
                    _roundTrip = now - _askedAt;
                }

                (_cookie, _tries, _askAt) = (answer.Cookie, 0, now);
                return HandshakeOutcome.Pending;
            case HandshakeKind.Conclusion when _cookie != 0 && answer.FirstSequence == offer.FirstSequence:
                if (!_askedTwice)
                {
                    var second = now - _askedAt;
                    _roundTrip = _roundTrip < second ? _roundTrip : second;
                }

                return offer.Agree(answer, isRendezvous: false, _roundTrip);
            case HandshakeKind.Rejection when answer.FirstSequence == offer.FirstSequence:
                return HandshakeOutcome.Refused;
            case HandshakeKind.Request or HandshakeKind.Conclusion or HandshakeKind.Rejection or HandshakeKind.Rendezvous or HandshakeKind.RendezvousAgreement:
            default:
                return HandshakeOutcome.Pending;
        }
    }
}
