using System.Net;

namespace LivCloud.Agent.Peers;

/// <summary>Where the HTTP server takes connections of other agents from: the streams of the channel.</summary>
internal sealed class PeerApiEndPoint : EndPoint
{
    /// <inheritdoc/>
    public override string ToString() => "channel";
}
