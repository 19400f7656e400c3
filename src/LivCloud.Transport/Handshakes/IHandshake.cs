using LivCloud.Transport.Connections;
using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Handshakes;

/// <summary>A connection that we want and that is not set up yet.</summary>
internal interface IHandshake
{
    /// <summary>What we offer.</summary>
    Offer Offer { get; }

    /// <summary>When something is to be sent.</summary>
    Instant DueAt { get; }

    /// <summary>What is to be sent now; null when nothing is.</summary>
    /// <param name="now">Now.</param>
    /// <param name="destination">The peer's socket; 0 while it is not known.</param>
    Handshake? Poll(Instant now, out uint destination);

    /// <summary>Takes a handshake of the peer.</summary>
    HandshakeOutcome Take(in Handshake answer, Instant now);
}

/// <summary>What a handshake has come to.</summary>
/// <param name="Agreement">What both agreed on; null while they have not.</param>
/// <param name="IsRefused">Whether the peer refuses.</param>
internal readonly record struct HandshakeOutcome(Agreement? Agreement, bool IsRefused)
{
    /// <summary>It goes on.</summary>
    public static readonly HandshakeOutcome Pending;

    /// <summary>The peer refuses.</summary>
    public static readonly HandshakeOutcome Refused = new(null, true);
}
