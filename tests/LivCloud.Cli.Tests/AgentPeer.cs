using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using LivCloud.Api;
using LivCloud.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace LivCloud.Cli.Tests;

/// <summary>The other end of the API: an HTTP server on a unix socket that answers from what a test put into it.</summary>
internal sealed class AgentPeer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("livcloud-cli-").FullName;
    private readonly ConcurrentDictionary<string, Channel<Api.Migration?>> _events = new();
    private WebApplication? _server;

    public string SocketPath => Path.Combine(_directory, "agent.sock");

    public string Scratch => _directory;

    public List<Vm> Vms { get; } = [];

    public List<Api.Host> Hosts { get; } = [];

    public List<Api.Migration> Migrations { get; } = [];

    /// <summary>"METHOD path body" of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What every request is refused with; null: it is answered.</summary>
    public Problem? Refusal { get; set; }

    public Plan? Plan { get; set; }

    public PlanAccuracy? Accuracy { get; set; }

    /// <summary>The states of a link test.</summary>
    public List<LinkTest> LinkTests { get; } = [];

    /// <summary>What an upgraded connection does; null: nothing, it ends.</summary>
    public Func<Stream, CancellationToken, Task>? Libvirt { get; set; }

    /// <summary>What the answer to a request for a migration waits for.</summary>
    public Task Starting { get; set; } = Task.CompletedTask;

    /// <summary>Called when a migration is aborted.</summary>
    public Action<string>? Aborted { get; set; }

    public static async Task<AgentPeer> StartAsync()
    {
        var peer = new AgentPeer();
        await peer.ListenAsync();
        return peer;
    }

    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.ListenUnixSocket(SocketPath));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
    }

    /// <summary>Ends the server and its connections, as a killed agent does.</summary>
    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server!.StopAsync(now.Token);
        await _server.DisposeAsync();
        File.Delete(SocketPath);
    }

    /// <summary>Reports a state to whoever watches the migration.</summary>
    public void Report(Api.Migration migration) => EventsOf(migration.Id).Writer.TryWrite(migration);

    /// <summary>Ends the connection of whoever watches, without a final state.</summary>
    public void EndEvents(string id) => EventsOf(id).Writer.TryWrite(null);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private Channel<Api.Migration?> EventsOf(string id) => _events.GetOrAdd(id, _ => System.Threading.Channels.Channel.CreateBounded<Api.Migration?>(1000));

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path} {body}".TrimEnd());
        if (Refusal is not null)
        {
            context.Response.StatusCode = Refusal.Status ?? 400;
            await WriteAsync(context, Refusal, Problem.MediaType);
            return;
        }

        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        await ((context.Request.Method, path) switch
        {
            ("GET", ["v1", "vms"]) => WriteAsync(context, Vms),
            ("GET", ["v1", "hosts"]) => WriteAsync(context, Hosts),
            ("GET", ["v1", "hosts", var name]) => WriteOneAsync(context, Hosts.Find(host => host.Name == name), FailureCode.UnknownHost),
            ("POST", ["v1", "hosts", _, "connect"]) => UpgradeAsync(context),
            ("POST", ["v1", "hosts", _, "link-tests"]) => StreamLinkTestAsync(context),
            ("GET", ["v1", "plans", "accuracy"]) => WriteAsync(context, Accuracy),
            ("POST", ["v1", "plans"]) => WriteAsync(context, Plan),
            ("POST", ["v1", "migrations"]) => StartMigrationAsync(context),
            ("GET", ["v1", "migrations"]) => WriteAsync(context, Migrations),
            ("GET", ["v1", "migrations", var id]) => WriteOneAsync(context, Migrations.Find(each => each.Id == id), FailureCode.UnknownMigration),
            ("GET", ["v1", "migrations", var id, "events"]) => StreamAsync(context, id),
            ("GET", ["v1", "events"]) => StreamAsync(context, "all"),
            ("POST", ["v1", "migrations", var id, "abort"]) => AbortAsync(context, id),
            ("POST", ["v1", "migrations", var id, "resolve"]) => WriteOneAsync(context, Migrations.Find(each => each.Id == id), FailureCode.UnknownMigration),
            ("PUT", ["v1", "migrations", _, "bandwidth"]) => Task.CompletedTask,
            _ => WriteOneAsync<Vm>(context, null, FailureCode.InvalidRequest),
        });
    }

    private static Task WriteAsync<T>(HttpContext context, T value, string mediaType = "application/json")
    {
        context.Response.ContentType = mediaType;
        return context.Response.WriteAsync(JsonSerializer.Serialize(value, ApiJson.Options), context.RequestAborted);
    }

    private static Task WriteOneAsync<T>(HttpContext context, T? value, FailureCode code)
        where T : class
    {
        if (value is not null)
        {
            return WriteAsync(context, value);
        }

        context.Response.StatusCode = 404;
        return WriteAsync(context, new Problem { Status = 404, Code = code.ToString(), Detail = "There is no such thing.", Remedy = "Name another." }, Problem.MediaType);
    }

    private async Task StartMigrationAsync(HttpContext context)
    {
        await Starting.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = 202;
        context.Response.Headers.Location = $"/v1/migrations/{Migrations[0].Id}";
        await WriteAsync(context, Migrations[0]);
    }

    private async Task StreamAsync(HttpContext context, string id)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await foreach (var migration in EventsOf(id).Reader.ReadAllAsync(context.RequestAborted))
        {
            if (migration is null)
            {
                context.Abort();
                return;
            }

            await context.Response.WriteAsync(
                $": a comment\n\nevent: migration\ndata: {JsonSerializer.Serialize(migration, ApiJson.Options)}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (migration.Phase.IsFinal())
            {
                return;
            }
        }
    }

    private async Task StreamLinkTestAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var state in LinkTests)
        {
            await context.Response.WriteAsync($"event: link-test\ndata: {JsonSerializer.Serialize(state, ApiJson.Options)}\n\n", context.RequestAborted);
        }
    }

    private Task AbortAsync(HttpContext context, string id)
    {
        context.Response.StatusCode = 202;
        Aborted?.Invoke(id);
        return Task.CompletedTask;
    }

    private async Task UpgradeAsync(HttpContext context)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>()!;
        Assert.True(upgrade.IsUpgradableRequest);
        Assert.Equal("livcloud-libvirt", context.Request.Headers.Upgrade.ToString());
        context.Response.Headers.Upgrade = "livcloud-libvirt";
        await using var stream = await upgrade.UpgradeAsync();
        if (Libvirt is not null)
        {
            await Libvirt(stream, context.RequestAborted);
        }
    }
}
