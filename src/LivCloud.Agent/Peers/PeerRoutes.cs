using LivCloud.Core;
using LivCloud.Migration.Destination;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace LivCloud.Agent.Peers;

/// <summary>What this agent does for the agents of other hosts.</summary>
internal static class PeerRoutes
{
    /// <summary>Adds the routes; they answer only what comes through the channel.</summary>
    public static void MapPeerRoutes(this IEndpointRouteBuilder routes, ReservationDesk desk, Hypervisor.HostReader host)
    {
        var peer = routes.MapGroup("").ExcludeFromDescription().AddEndpointFilter((context, next) =>
            context.HttpContext.Features.Get<IPeerFeature>() is null ? ValueTask.FromResult<object?>(Results.NotFound()) : next(context));
        peer.MapPost(PeerPaths.Appraise, async (HttpContext http, CancellationToken cancellationToken) =>
            Json(await desk.AppraiseAsync(await ReadAsync<ReservationRequest>(http).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)));
        peer.MapPost(PeerPaths.Reservations, async (HttpContext http, CancellationToken cancellationToken) =>
            Json(await desk.ReserveAsync(Peer(http), await ReadAsync<ReservationRequest>(http).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)));
        peer.MapPost(PeerPaths.Reservations + "/{id}/prepare", async (string id, HttpContext http, CancellationToken cancellationToken) =>
        {
            await desk.PrepareAsync(Peer(http), Id(id), cancellationToken).ConfigureAwait(false);
            return Results.NoContent();
        });
        peer.MapPost(PeerPaths.Reservations + "/{id}/settle", async (string id, HttpContext http) =>
        {
            // Not ended with the request: once begun, settling is carried through even when the source has gone away meanwhile.
            var request = await ReadAsync<SettleRequest>(http).ConfigureAwait(false);
            return Json(await desk.SettleAsync(Peer(http), Id(id), request.Vm, request.MayRun, CancellationToken.None).ConfigureAwait(false));
        });
        peer.MapGet(PeerPaths.Capacity, async (CancellationToken cancellationToken) => Json(await host.ReadAsync(cancellationToken).ConfigureAwait(false)));
    }

    private static HostName Peer(HttpContext http) => http.Features.GetRequiredFeature<IPeerFeature>().Peer;

    private static MigrationId Id(string text) => MigrationId.TryParse(text, out var id)
        ? id
        : throw new FailureException(FailureCode.InvalidRequest, $"'{text}' is not a migration id.");

    private static async Task<T> ReadAsync<T>(HttpContext http) =>
        await http.Request.ReadFromJsonAsync<T>(AgentJson.Options, http.RequestAborted).ConfigureAwait(false)
        ?? throw new FailureException(FailureCode.InvalidRequest, "The request is empty.");

    private static IResult Json<T>(T value) => Results.Json(value, AgentJson.Options);
}
