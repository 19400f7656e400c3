using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using LivCloud.Core;

namespace LivCloud.Api;

/// <summary>Speaks the HTTP API to the agent behind a unix socket.</summary>
/// <remarks>Every method throws <see cref="FailureException"/> with what the agent answered, or that it did not answer.</remarks>
public sealed partial class AgentClient : IDisposable
{
    /// <summary>The agent's socket unless configured otherwise.</summary>
    public const string DefaultSocketPath = "/run/livcloud/agent.sock";

    // A plan asks the other host, over a link that may be slow.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(100);

    private readonly string _socketPath;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    /// <summary>Makes a client; nothing is connected before the first request.</summary>
    /// <param name="socketPath">The agent's unix socket.</param>
    /// <param name="clock">Times the waiting for an agent that restarts; null: the system's.</param>
    public AgentClient(string socketPath, TimeProvider? clock = null)
    {
        _socketPath = socketPath;
        _clock = clock ?? TimeProvider.System;
        _http = CreateHttp(ConnectOwnedAsync);

        async ValueTask<Stream> ConnectOwnedAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
            new NetworkStream(await ConnectSocketAsync(cancellationToken), ownsSocket: true);
    }

    /// <summary>The VMs on the agent's host.</summary>
    public Task<IReadOnlyList<Vm>> ListVmsAsync(CancellationToken cancellationToken = default) =>
        GetAsync<IReadOnlyList<Vm>>("/v1/vms", "list the VMs", cancellationToken);

    /// <summary>One VM by its name.</summary>
    public Task<Vm> GetVmAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync<Vm>($"/v1/vms/{Uri.EscapeDataString(name)}", $"show the VM {name}", cancellationToken);

    /// <summary>The agent's host and its peers.</summary>
    public Task<IReadOnlyList<Host>> ListHostsAsync(CancellationToken cancellationToken = default) =>
        GetAsync<IReadOnlyList<Host>>("/v1/hosts", "list the hosts", cancellationToken);

    /// <summary>One host by its name.</summary>
    public Task<Host> GetHostAsync(HostName name, CancellationToken cancellationToken = default) =>
        GetAsync<Host>($"/v1/hosts/{name}", $"show the host {name}", cancellationToken);

    /// <summary>Finds out what a migration would do, and whether it would work, without changing anything.</summary>
    public Task<Plan> PlanAsync(MigrationRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<Plan>(HttpMethod.Post, "/v1/plans", request, $"plan the move of {request.Vm} to {request.Destination}", cancellationToken);

    /// <summary>How good the predictions of past migrations were.</summary>
    public Task<PlanAccuracy> GetPlanAccuracyAsync(CancellationToken cancellationToken = default) =>
        GetAsync<PlanAccuracy>("/v1/plans/accuracy", "show how good plans were", cancellationToken);

    /// <summary>Starts a migration; it goes on without this client.</summary>
    public Task<Migration> StartMigrationAsync(MigrationRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<Migration>(
            HttpMethod.Post, "/v1/migrations", request, $"start the move of {request.Vm} to {request.Destination}", cancellationToken);

    /// <summary>The migrations in the agent's journal, the newest first.</summary>
    public Task<IReadOnlyList<Migration>> ListMigrationsAsync(CancellationToken cancellationToken = default) =>
        GetAsync<IReadOnlyList<Migration>>("/v1/migrations", "list the migrations", cancellationToken);

    /// <summary>One migration.</summary>
    public Task<Migration> GetMigrationAsync(MigrationId id, CancellationToken cancellationToken = default) =>
        GetAsync<Migration>($"/v1/migrations/{id}", $"show the migration {id}", cancellationToken);

    /// <summary>The migration whose id is, or alone starts with, <paramref name="idOrPrefix"/>.</summary>
    public async Task<Migration> FindMigrationAsync(string idOrPrefix, CancellationToken cancellationToken = default)
    {
        if (MigrationId.TryParse(idOrPrefix, out var id))
        {
            return await GetMigrationAsync(id, cancellationToken);
        }

        var matches = (await ListMigrationsAsync(cancellationToken))
            .Where(migration => idOrPrefix.Length > 0 && migration.Id.StartsWith(idOrPrefix, StringComparison.Ordinal))
            .ToList();
        return matches switch
        {
            [var only] => only,
            [] => throw new FailureException(
                FailureCode.UnknownMigration, $"No migration has an id that starts with '{idOrPrefix}'.", "`livcloud migration list` shows them."),
            _ => throw new FailureException(
                FailureCode.InvalidRequest,
                $"{matches.Count} migrations have an id that starts with '{idOrPrefix}': {string.Join(", ", matches.Take(5).Select(each => each.Id))}.",
                "Give more characters of the id."),
        };
    }

    /// <summary>Asks the agent to abort a migration; the rollback goes on after the answer.</summary>
    public Task AbortMigrationAsync(MigrationId id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, $"/v1/migrations/{id}/abort", body: null, $"abort the migration {id}", cancellationToken);

    /// <summary>Decides a stranded migration.</summary>
    public Task<Migration> ResolveMigrationAsync(MigrationId id, VmCopy keep, CancellationToken cancellationToken = default) =>
        SendAsync<Migration>(
            HttpMethod.Post, $"/v1/migrations/{id}/resolve", new ResolveRequest { Keep = keep }, $"resolve the migration {id}", cancellationToken);

    /// <summary>Changes the most that a migration may send while it runs.</summary>
    /// <param name="id">The migration.</param>
    /// <param name="limit">The limit; null: none.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task LimitMigrationAsync(MigrationId id, Bandwidth? limit, CancellationToken cancellationToken = default) =>
        SendAsync(
            HttpMethod.Put,
            $"/v1/migrations/{id}/bandwidth",
            new BandwidthRequest { BitsPerSecond = limit?.BitsPerSecond },
            $"limit the migration {id}",
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private Task<T> GetAsync<T>(string path, string attempt, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Get, path, body: null, attempt, cancellationToken);

    private async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, string attempt, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(_http, CreateRequest(method, path, body), attempt, HttpCompletionOption.ResponseContentRead, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellationToken)
                ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException ex)
        {
            throw NotUnderstood(attempt, ex);
        }
    }

    private async Task SendAsync(HttpMethod method, string path, object? body, string attempt, CancellationToken cancellationToken)
    {
        var request = CreateRequest(method, path, body);
        (await SendAsync(_http, request, attempt, HttpCompletionOption.ResponseContentRead, cancellationToken)).Dispose();
    }

    /// <summary>Sends a request and returns the answer if it's a success or 101; the caller disposes of it.</summary>
    private async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpRequestMessage request, string attempt, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using (request)
        {
            try
            {
                var response = await http.SendAsync(request, completion, cancellationToken);
                if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.SwitchingProtocols)
                {
                    return response;
                }

                using (response)
                {
                    throw await ReadFailureAsync(response, attempt, cancellationToken);
                }
            }
            catch (Exception ex) when (ex is HttpRequestException or IOException)
            {
                throw Unreachable(attempt, ex);
            }
            catch (TaskCanceledException ex) when (ex.InnerException is TimeoutException)
            {
                throw new FailureException(
                    FailureCode.AgentUnreachable,
                    $"Could not {attempt}: the agent at {_socketPath} did not answer within {RequestTimeout.TotalSeconds:0} s.",
                    "Look at its log (journalctl -u livcloud-agent); restarting it harms no migration.",
                    ex);
            }
        }
    }

    private static async Task<FailureException> ReadFailureAsync(HttpResponseMessage response, string attempt, CancellationToken cancellationToken)
    {
        Problem? problem = null;
        if (response.Content.Headers.ContentType?.MediaType == Problem.MediaType)
        {
            try
            {
                problem = await response.Content.ReadFromJsonAsync<Problem>(ApiJson.Options, cancellationToken);
            }
            catch (JsonException ex)
            {
                return NotUnderstood(attempt, ex);
            }
        }

        var code = Enum.TryParse<FailureCode>(problem?.Code, out var known) && known.ToString() == problem?.Code ? known : FailureCode.Internal;
        var message = problem?.Detail ?? problem?.Title ?? $"Could not {attempt}: the agent answered {(int)response.StatusCode} {response.ReasonPhrase}.";
        return new FailureException(code, message, problem?.Remedy);
    }

    private static HttpRequestMessage CreateRequest(HttpMethod method, string path, object? body) => new(method, path)
    {
        Content = body is null ? null : JsonContent.Create(body, body.GetType(), mediaType: null, ApiJson.Options),
    };

    private static HttpClient CreateHttp(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect) =>
        new(new SocketsHttpHandler { ConnectCallback = connect, UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            // The name is only what the Host header says.
            BaseAddress = new Uri("http://agent/"),
            Timeout = RequestTimeout,
        };

    private async ValueTask<Socket> ConnectSocketAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private FailureException Unreachable(string attempt, Exception ex)
    {
        var denied = ex.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied };
        return new FailureException(
            FailureCode.AgentUnreachable,
            $"Could not {attempt}: the agent does not answer at {_socketPath}{(denied ? " (permission denied)" : "")}.",
            denied
                ? $"Run the command as root, or as a member of the socket's group (`stat -c %G {_socketPath}`); docs/operating.md says how to give it one."
                : "Is `livcloud agent` running? Start it (systemctl start livcloud-agent), or name its socket with --agent.",
            ex);
    }

    private static FailureException NotUnderstood(string attempt, JsonException ex) => new(
        FailureCode.Internal,
        $"Could not {attempt}: the agent's answer was not understood.",
        "Use the same version of livcloud here and for the agent.",
        ex);
}
