using System.Net.Http.Json;
using LivCloud.Api;
using LivCloud.Channel;
using LivCloud.Core;

namespace LivCloud.Agent.Peers;

/// <summary>Calls the API of another agent through its session.</summary>
internal sealed class PeerClient : IDisposable
{
    private readonly ChannelSession _session;
    private readonly HttpClient _http;

    /// <summary>Makes a client; streams are opened as requests need them.</summary>
    public PeerClient(ChannelSession session)
    {
        _session = session;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
                await session.OpenAsync(new StreamTarget(StreamKind.Api, Migration: null, Index: 0), cancellationToken).ConfigureAwait(false),
            UseProxy = false,
            UseCookies = false,
        })
        {
            BaseAddress = new Uri($"http://{session.Peer}/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Sends a request and reads the answer.</summary>
    /// <exception cref="FailureException">What the other agent answered, or that it could not be reached.</exception>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(AgentJson.Options, cancellationToken).ConfigureAwait(false)
                ?? throw new FailureException(FailureCode.Internal, $"The agent of {_session.Peer} gave an empty answer to {path}.");
        }
        catch (Exception exception) when (IsLost(exception))
        {
            throw Unreachable(path, exception);
        }
    }

    /// <summary>Sends a request whose answer is empty.</summary>
    /// <exception cref="FailureException">What the other agent answered, or that it could not be reached.</exception>
    public async Task DoAsync(string path, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Post, path, body: null, cancellationToken).ConfigureAwait(false)).Dispose();

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: AgentJson.Options) };
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsLost(exception))
        {
            throw Unreachable(path, exception);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ReadProblemAsync(response, path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the way to the other agent is what failed: HTTP passes errors of its streams on as they are.</summary>
    private static bool IsLost(Exception exception) => exception is HttpRequestException or IOException or ChannelException;

    private FailureException Unreachable(string path, Exception exception) => _session.Failure is { Error: ChannelError.PeerUntrusted } untrusted
        ? PeerChannels.ToFailure(untrusted, _session.Peer)
        : new FailureException(
            FailureCode.PeerUnreachable,
            $"The agent of {_session.Peer} did not answer {path}: {(exception is HttpRequestException { InnerException: { } inner } ? inner : exception).Message.TrimEnd('.')}.",
            $"Check that `livcloud agent` runs on {_session.Peer}.",
            exception);

    private async Task<FailureException> ReadProblemAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType == Problem.MediaType
            && await response.Content.ReadFromJsonAsync<Problem>(ApiJson.Options, cancellationToken).ConfigureAwait(false) is { Detail: { } detail } problem)
        {
            return new FailureException(Enum.TryParse<FailureCode>(problem.Code, out var code) ? code : FailureCode.Internal, detail, problem.Remedy);
        }

        return new FailureException(
            FailureCode.Internal, $"The agent of {_session.Peer} answered {path} with {(int)response.StatusCode}.", "Use the same version of livcloud on both hosts.");
    }
}
