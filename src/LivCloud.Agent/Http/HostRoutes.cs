using LivCloud.Agent.Configuration;
using LivCloud.Agent.Hypervisor;
using LivCloud.Agent.Peers;
using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Migration.Source;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ApiHost = LivCloud.Api.Host;

namespace LivCloud.Agent.Http;

/// <summary>/v1/vms and /v1/hosts.</summary>
internal static class HostRoutes
{
    /// <summary>How long each peer may take to answer when all are listed.</summary>
    private static readonly TimeSpan PeerPatience = TimeSpan.FromSeconds(6);

    public static void MapHostRoutes(this IEndpointRouteBuilder routes, AgentOptions options, HostReader local, PeerChannels peers, MigrationEngine engine, TimeProvider clock)
    {
        routes.MapGet("/v1/vms", (CancellationToken cancellationToken) => local.ListVmsAsync(engine.FindByVm, cancellationToken)).WithSummary("The VMs on this host.");
        routes.MapGet("/v1/vms/{name}", async (string name, CancellationToken cancellationToken) =>
            (await local.ListVmsAsync(engine.FindByVm, cancellationToken).ConfigureAwait(false)).FirstOrDefault(vm => vm.Name == name || vm.Uuid.ToString() == name)
            ?? throw new FailureException(FailureCode.UnknownVm, $"{options.Name} has no VM named {name}.", "`livcloud vm list` shows those it has."))
            .WithSummary("One VM, by name or UUID.");
        routes.MapGet("/v1/hosts", async (CancellationToken cancellationToken) =>
        {
            var all = options.Peers.Keys.OrderBy(peer => peer.ToString(), StringComparer.Ordinal).Select(peer => ReadPeerAsync(peer, cancellationToken));
            return (IReadOnlyList<ApiHost>)[await ReadLocalAsync(cancellationToken).ConfigureAwait(false), .. await Task.WhenAll(all).ConfigureAwait(false)];
        }).WithSummary("This host and its peers.");
        routes.MapGet("/v1/hosts/{name}", async (string name, CancellationToken cancellationToken) =>
        {
            var host = Known(options, name);
            return host == options.Name
                ? await ReadLocalAsync(cancellationToken).ConfigureAwait(false)
                : await ReadPeerAsync(host, cancellationToken).ConfigureAwait(false);
        }).WithSummary("One host.");

        async Task<ApiHost> ReadLocalAsync(CancellationToken cancellationToken) => new()
        {
            Name = options.Name.ToString(),
            Address = options.Listen.ToString(),
            IsLocal = true,
            Reachable = true,
            Capacity = await local.ReadAsync(cancellationToken).ConfigureAwait(false),
        };

        async Task<ApiHost> ReadPeerAsync(HostName peer, CancellationToken cancellationToken)
        {
            var host = new ApiHost { Name = peer.ToString(), Address = options.Peers[peer], IsLocal = false, Reachable = false };
            using var deadline = new CancellationTokenSource(PeerPatience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            try
            {
                var session = await peers.SessionAsync(peer, transport: null, either.Token).ConfigureAwait(false);
                return host with
                {
                    Reachable = true,
                    Capacity = await peers.Client(session).SendAsync<HostCapacity>(HttpMethod.Get, PeerPaths.Capacity, body: null, either.Token).ConfigureAwait(false),
                    Channel = new ChannelState
                    {
                        Transport = session.Transport,
                        Cipher = session.Cipher,
                        RoundTripMs = session.SmoothedRtt.TotalMilliseconds,
                        Links = session.Links,
                    },
                };
            }
            catch (FailureException failure)
            {
                return host with { Problem = failure.Message };
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return host with { Problem = $"No answer from {peer} within {PeerPatience.TotalSeconds:0} s." };
            }
        }
    }

    /// <summary>The host of that name.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.UnknownHost"/>.</exception>
    public static HostName Known(AgentOptions options, string name) =>
        HostName.TryParse(name, out var host) && (host == options.Name || options.Peers.ContainsKey(host))
            ? host
            : throw new FailureException(FailureCode.UnknownHost, $"{options.Name} knows no host named {name}.", "`livcloud host list` shows those it knows.");
}
