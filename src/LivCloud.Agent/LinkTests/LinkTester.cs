using System.Runtime.CompilerServices;
using LivCloud.Agent.Peers;
using LivCloud.Api;
using LivCloud.Channel;
using LivCloud.Core;

namespace LivCloud.Agent.LinkTests;

/// <summary>The sending end of link tests: what a path carries over each transport, as its far end counts it.</summary>
internal sealed class LinkTester(PeerChannels peers, TimeProvider clock)
{
    /// <summary>How long the last marks may take to come back when all is sent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Measures; the last state is the result.</summary>
    public async IAsyncEnumerable<LinkTest> RunAsync(HostName host, LinkTestRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LinkTransport[] transports = request.Transport == LinkTransport.Auto ? [LinkTransport.Tcp, LinkTransport.Udt] : [request.Transport];
        var over = new List<LinkTestRun>();
        foreach (var transport in transports)
        {
            var last = new LinkTestRun { Transport = transport };
            await foreach (var run in RunAsync(host, transport, TimeSpan.FromSeconds(request.Seconds), cancellationToken).ConfigureAwait(false))
            {
                last = run;
                yield return new LinkTest { Host = host.ToString(), Runs = [.. over, last], IsOver = false };
            }

            over.Add(last);
        }

        yield return new LinkTest { Host = host.ToString(), Runs = over, IsOver = true };
    }

    private async IAsyncEnumerable<LinkTestRun> RunAsync(
        HostName host, LinkTransport transport, TimeSpan length, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(length + Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var states = MeasureAsync(host, transport, length, either.Token).GetAsyncEnumerator(either.Token);
        await using (states.ConfigureAwait(false))
        {
            while (true)
            {
                string? problem = null;
                try
                {
                    if (!await states.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (Exception exception) when (exception is FailureException or IOException or ChannelException or InvalidDataException)
                {
                    problem = exception.Message;
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    problem = $"{host} did not count what was sent within {Duration.Format(length + Patience)}.";
                }

                yield return problem is null ? states.Current : new LinkTestRun { Transport = transport, Problem = problem };
                if (problem is not null)
                {
                    yield break;
                }
            }
        }
    }

    private async IAsyncEnumerable<LinkTestRun> MeasureAsync(
        HostName host, LinkTransport transport, TimeSpan length, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var session = await peers.SessionAsync(host, transport, cancellationToken).ConfigureAwait(false);
        await foreach (var run in new LinkProbe(session, clock).RunAsync(transport, length, cancellationToken).ConfigureAwait(false))
        {
            yield return run;
        }

        // It was made for this, unless somebody uses it.
        await session.CloseIfIdleAsync().ConfigureAwait(false);
    }
}
