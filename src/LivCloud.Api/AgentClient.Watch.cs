using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LivCloud.Core;

namespace LivCloud.Api;

public sealed partial class AgentClient
{
    private const string MigrationEvent = "migration", LinkTestEvent = "link-test";
    private static readonly TimeSpan ReconnectInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an agent that went away may take to come back before a watch fails: 60 s.</summary>
    public static TimeSpan ReconnectLimit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>A migration's state now and at every change until it is over, also across a restart of the agent.</summary>
    /// <param name="id">The migration.</param>
    /// <param name="connection">Told when the agent goes away (false) and when it is back (true); null: nobody.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async IAsyncEnumerable<Migration> WatchMigrationAsync(
        MigrationId id, Action<bool>? connection = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var attempt = $"watch the migration {id}";
        long? lostAt = null;
        while (true)
        {
            var events = ReadEventsAsync<Migration>(CreateRequest(HttpMethod.Get, $"/v1/migrations/{id}/events", body: null), MigrationEvent, attempt, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (events)
            {
                while (await TryMoveNextAsync(events, mayFail: lostAt is null || _clock.GetElapsedTime(lostAt.Value) < ReconnectLimit))
                {
                    if (lostAt is not null)
                    {
                        lostAt = null;
                        connection?.Invoke(true);
                    }

                    yield return events.Current;
                    if (events.Current.Phase.IsFinal())
                    {
                        yield break;
                    }
                }
            }

            if (lostAt is null)
            {
                lostAt = _clock.GetTimestamp();
                connection?.Invoke(false);
            }
            else if (_clock.GetElapsedTime(lostAt.Value) >= ReconnectLimit)
            {
                throw Unreachable(attempt, new IOException("The agent ends the watch each time."));
            }

            await Task.Delay(ReconnectInterval, _clock, cancellationToken);
        }
    }

    /// <summary>Every change of every migration that the agent owns, from now on; ends when the agent does.</summary>
    public IAsyncEnumerable<Migration> WatchAllAsync(CancellationToken cancellationToken = default) =>
        ReadEventsAsync<Migration>(CreateRequest(HttpMethod.Get, "/v1/events", body: null), MigrationEvent, "watch the migrations", cancellationToken);

    /// <summary>Measures the path from the agent's host to another: its state each second; the last one is the result.</summary>
    public IAsyncEnumerable<LinkTest> TestLinkAsync(HostName host, LinkTestRequest request, CancellationToken cancellationToken = default) =>
        ReadEventsAsync<LinkTest>(CreateRequest(HttpMethod.Post, $"/v1/hosts/{host}/link-tests", request), LinkTestEvent, $"measure the link to {host}", cancellationToken);

    private static async Task<bool> TryMoveNextAsync(IAsyncEnumerator<Migration> events, bool mayFail)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (FailureException ex) when (ex.Code == FailureCode.AgentUnreachable && mayFail)
        {
            return false;
        }
    }

    private async IAsyncEnumerable<T> ReadEventsAsync<T>(
        HttpRequestMessage request, string type, string attempt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await SendAsync(_http, request, attempt, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var events = SseParser.Create(body).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events)
        {
            while (await ReadEventAsync())
            {
                if (events.Current.EventType == type)
                {
                    yield return Deserialize(events.Current.Data);
                }
            }
        }

        async Task<bool> ReadEventAsync()
        {
            try
            {
                return await events.MoveNextAsync();
            }
            catch (Exception ex) when (ex is HttpRequestException or IOException)
            {
                throw Unreachable(attempt, ex);
            }
        }

        T Deserialize(string data)
        {
            try
            {
                return JsonSerializer.Deserialize<T>(data, ApiJson.Options) ?? throw new JsonException("The event is null.");
            }
            catch (JsonException ex)
            {
                throw NotUnderstood(attempt, ex);
            }
        }
    }
}
