using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using LivCloud.Agent.Configuration;
using LivCloud.Agent.LinkTests;
using LivCloud.Api;
using LivCloud.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LivCloud.Agent.Http;

/// <summary>POST /v1/hosts/{name}/link-tests.</summary>
internal static class LinkTestRoute
{
    private const string EventType = "link-test";

    public static void MapLinkTestRoute(this IEndpointRouteBuilder routes, AgentOptions options, LinkTester tester) =>
        routes.MapPost("/v1/hosts/{name}/link-tests", (string name, LinkTestRequest request, CancellationToken cancellationToken) =>
        {
            var host = HostRoutes.Known(options, name);
            if (host == options.Name)
            {
                throw new FailureException(FailureCode.InvalidRequest, $"{host} is this host; there is no link to it.", "`livcloud host list` shows the others.");
            }

            return request.Seconds is >= 1 and <= 60
                ? TypedResults.ServerSentEvents(Events(tester.RunAsync(host, request, cancellationToken), cancellationToken))
                : throw new FailureException(FailureCode.InvalidRequest, $"A link test lasts 1 to 60 s, not {request.Seconds} s.");
        }).WithSummary("Measures the path to a host: its state each second (server-sent events); the last one is the result.");

    private static async IAsyncEnumerable<SseItem<LinkTest>> Events(IAsyncEnumerable<LinkTest> states, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return new SseItem<LinkTest>(state, EventType);
        }
    }
}
