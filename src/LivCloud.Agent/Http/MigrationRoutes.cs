using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Source;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LivCloud.Agent.Http;

/// <summary>/v1/plans, /v1/migrations and /v1/events.</summary>
internal static class MigrationRoutes
{
    private const string EventType = "migration";

    public static void MapMigrationRoutes(this IEndpointRouteBuilder routes, MigrationEngine engine, HostName self)
    {
        routes.MapPost("/v1/plans", async (MigrationRequest request, CancellationToken cancellationToken) =>
        {
            var (destination, goals) = Read(request);
            return ApiModel.ToPlan(await engine.PlanAsync(request.Vm, destination, goals, cancellationToken).ConfigureAwait(false), self, destination);
        }).WithSummary("What a migration would do, and whether it can be done; changes nothing.");

        routes.MapGet("/v1/plans/accuracy", () => AccuracyModel.Of(engine.List().Select(snapshot => snapshot.Record)))
            .WithSummary("How good the predictions of past migrations were.");

        routes.MapPost("/v1/migrations", async (MigrationRequest request, CancellationToken cancellationToken) =>
        {
            var (destination, goals) = Read(request);
            var snapshot = await engine.RequestAsync(request.Vm, destination, goals, cancellationToken).ConfigureAwait(false);
            return TypedResults.Accepted($"/v1/migrations/{snapshot.Record.Id}", ApiModel.ToStatus(snapshot));
        }).WithSummary("Starts a migration.");

        routes.MapGet("/v1/migrations", () => engine.List().Select(ApiModel.ToStatus)).WithSummary("All migrations that left this host or tried to, newest first.");
        routes.MapGet("/v1/migrations/{id}", (string id) => ApiModel.ToStatus(Find(engine, id))).WithSummary("One migration.");
        routes.MapGet("/v1/migrations/{id}/events", (string id, CancellationToken cancellationToken) =>
                TypedResults.ServerSentEvents(Events(engine.WatchAsync(Find(engine, id).Record.Id, cancellationToken), cancellationToken)))
            .WithSummary("Each state of a migration from now on (server-sent events); ends when it is over.");
        routes.MapGet("/v1/events", (CancellationToken cancellationToken) =>
                TypedResults.ServerSentEvents(Events(engine.WatchAllAsync(cancellationToken), cancellationToken)))
            .WithSummary("Each change of each migration from now on (server-sent events).");

        routes.MapPost("/v1/migrations/{id}/abort", (string id) =>
        {
            var snapshot = Find(engine, id);
            engine.Abort(snapshot.Record.Id);
            return TypedResults.Accepted($"/v1/migrations/{id}", ApiModel.ToStatus(snapshot));
        }).WithSummary("Asks a migration to roll back.");

        routes.MapPost("/v1/migrations/{id}/resolve", (string id, ResolveRequest request) =>
        {
            var snapshot = Find(engine, id);
            engine.Resolve(snapshot.Record.Id, destinationHasIt: request.Keep == VmCopy.Destination);
            return ApiModel.ToStatus(snapshot);
        }).WithSummary("Tells a stranded migration who has the VM.");

        routes.MapPut("/v1/migrations/{id}/bandwidth", (string id, BandwidthRequest request) =>
        {
            engine.SetBandwidth(Find(engine, id).Record.Id, ReadBandwidth(request.BitsPerSecond));
            return TypedResults.NoContent();
        }).WithSummary("Changes the most that a migration may send.");
    }

    private static (HostName Destination, MigrationGoals Goals) Read(MigrationRequest request)
    {
        if (!HostName.TryParse(request.Destination, out var destination))
        {
            throw Invalid($"'{request.Destination}' is not a host name.");
        }

        if (string.IsNullOrWhiteSpace(request.Vm))
        {
            throw Invalid("The VM's name is empty.");
        }

        var downtime = request.MaxDowntimeMs switch
        {
            null => (TimeSpan?)null,
            >= 1 and <= 60_000 => TimeSpan.FromMilliseconds(request.MaxDowntimeMs.Value),
            _ => throw Invalid($"The greatest downtime must be 1 ms to 60 s, not {request.MaxDowntimeMs} ms."),
        };
        var deadline = request.DeadlineSeconds switch
        {
            null => (TimeSpan?)null,
            >= 5 and <= 604_800 => TimeSpan.FromSeconds(request.DeadlineSeconds.Value),
            _ => throw Invalid($"The deadline must be 5 s to 7 days away, not {request.DeadlineSeconds} s."),
        };
        return (destination, new MigrationGoals(request.Storage, request.SourceDisk, downtime, ReadBandwidth(request.MaxBandwidthBitsPerSecond), request.Transport, request.Priority)
        {
            Deadline = deadline,
            IsForced = request.Force,
        });
    }

    private static Bandwidth? ReadBandwidth(long? bitsPerSecond) => bitsPerSecond switch
    {
        null => null,
        >= 64_000 => new Bandwidth(bitsPerSecond.Value),
        _ => throw Invalid($"The greatest bandwidth must be at least 64 kbit/s, not {bitsPerSecond} bit/s."),
    };

    private static MigrationSnapshot Find(MigrationEngine engine, string id) =>
        (MigrationId.TryParse(id, out var parsed) ? engine.Find(parsed) : null)
        ?? throw new FailureException(FailureCode.UnknownMigration, $"There is no migration {id} here.", "`livcloud migration list` shows them; ask the agent of the source host.");

    private static FailureException Invalid(string message) => new(FailureCode.InvalidRequest, message);

    private static async IAsyncEnumerable<SseItem<Api.Migration>> Events(
        IAsyncEnumerable<MigrationSnapshot> snapshots, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var snapshot in snapshots.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return new SseItem<Api.Migration>(ApiModel.ToStatus(snapshot), EventType);
        }
    }
}
