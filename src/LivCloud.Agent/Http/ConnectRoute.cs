using System.Net.Sockets;
using LivCloud.Agent.Configuration;
using LivCloud.Agent.Peers;
using LivCloud.Agent.Relays;
using LivCloud.Channel;
using LivCloud.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace LivCloud.Agent.Http;

/// <summary>POST /v1/hosts/{name}/connect: the connection becomes one to the libvirt of that host.</summary>
internal static class ConnectRoute
{
    /// <summary>What the connection is upgraded to (RFC 9110 §7.8).</summary>
    public const string Protocol = "livcloud-libvirt";

    public static void MapConnectRoute(this IEndpointRouteBuilder routes, AgentOptions options, PeerChannels peers) =>
        routes.MapPost("/v1/hosts/{name}/connect", async (string name, HttpContext http) =>
        {
            var host = HostRoutes.Known(options, name);
            var upgrade = http.Features.Get<IHttpUpgradeFeature>();
            if (upgrade is not { IsUpgradableRequest: true } || !string.Equals(http.Request.Headers.Upgrade, Protocol, StringComparison.OrdinalIgnoreCase))
            {
                throw new FailureException(FailureCode.InvalidRequest, $"A connection to {name} needs 'Connection: Upgrade' and 'Upgrade: {Protocol}'.");
            }

            await using var remote = await OpenAsync(options, peers, host, http.RequestAborted).ConfigureAwait(false);
            http.Response.Headers.Upgrade = Protocol;
            var local = await upgrade.UpgradeAsync().ConfigureAwait(false);
            await using (local.ConfigureAwait(false))
            {
                var outward = CopyAsync(local, remote, http.RequestAborted);
                var inward = CopyAsync(remote, local, http.RequestAborted);
                try
                {
                    // Each direction ends by itself; when the host's side has ended there is nothing left to answer.
                    await Task.WhenAny(inward, outward).Unwrap().ConfigureAwait(false);
                    await inward.ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is IOException or SocketException or ChannelException or OperationCanceledException)
                {
                    // One side is gone; the other is closed on leaving.
                }
            }
        }).WithSummary("Upgrades the connection to one to the libvirt of a host.");

    private static async Task<Stream> OpenAsync(AgentOptions options, PeerChannels peers, HostName host, CancellationToken cancellationToken)
    {
        if (host == options.Name)
        {
            return new NetworkStream(await LibvirtSocket.ConnectAsync(options.LibvirtSocket, cancellationToken).ConfigureAwait(false), ownsSocket: true);
        }

        var session = await peers.SessionAsync(host, transport: null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await session.OpenAsync(new StreamTarget(StreamKind.Console, Migration: null, Index: 0), cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelException exception)
        {
            throw new FailureException(FailureCode.PeerUnreachable, $"The libvirt of {host} could not be reached: {exception.Message.TrimEnd('.')}.",
                $"Check that libvirtd runs on {host}.", exception);
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        await from.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
        switch (to)
        {
            case ChannelStream channel:
                await channel.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
                break;
            case NetworkStream socket:
                socket.Socket.Shutdown(SocketShutdown.Send);
                break;
            default:
                await to.FlushAsync(cancellationToken).ConfigureAwait(false);
                break;
        }
    }
}
