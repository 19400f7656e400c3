using LivCloud.Core;

namespace LivCloud.Channel.Certificates;

/// <summary>What came of looking at the other end's certificate.</summary>
internal abstract record PeerVerdict
{
    private PeerVerdict()
    {
    }

    /// <summary>It is of our CA, valid now, and made for this host.</summary>
    public sealed record Trusted(HostName Peer) : PeerVerdict;

    /// <summary>It is not to be trusted.</summary>
    /// <param name="Reason">Why, as a clause: "it expired on 2026-01-01".</param>
    public sealed record Refused(string Reason) : PeerVerdict;
}
