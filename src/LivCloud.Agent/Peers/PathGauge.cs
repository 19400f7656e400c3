using LivCloud.Agent.LinkTests;
using LivCloud.Api;
using LivCloud.Channel;
using LivCloud.Core;
using LivCloud.Migration.Ports;

namespace LivCloud.Agent.Peers;

/// <summary>Knows what the path to a host carries, and measures it when that is too long ago.</summary>
/// <param name="session">The session with the host.</param>
/// <param name="shares">What the session's users may take.</param>
/// <param name="clock">The clock.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody asked for has nothing to release; the gauge goes with its session.")]
internal sealed class PathGauge(ChannelSession session, PathShares shares, TimeProvider clock)
{
    /// <summary>For how long is sent: long enough for either transport to find a path's rate, short enough to disturb nobody for long.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(2), Memory = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private PathMeasure? _latest;
    private Bandwidth? _latestCap;

    /// <summary>What the path was last seen to carry; null when that was too long ago to tell anything.</summary>
    public PathMeasure? Known => _latest is { } latest && clock.GetUtcNow() - latest.At < Memory ? latest : null;

    /// <summary>What the path carries.</summary>
    /// <param name="cap">The most that may be sent; null: no limit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FailureException"><see cref="FailureCode.PeerUnreachable"/>.</exception>
    public async Task<PathMeasure> MeasureAsync(Bandwidth? cap, CancellationToken cancellationToken)
    {
        // Whoever asks meanwhile gets the same answer.
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_latest is { } latest && _latestCap == cap && clock.GetUtcNow() - latest.At < Freshness)
            {
                return latest;
            }

            (_latest, _latestCap) = (await ProbeAsync(cap, cancellationToken).ConfigureAwait(false), cap);
            return _latest;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<PathMeasure> ProbeAsync(Bandwidth? cap, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Length + Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var share = MigrationId.Create();
        shares.Set(share, new PathShare(cap, TrafficPriority.Background));
        try
        {
            var last = new LinkTestRun { Transport = LinkTransport.Auto };
            await foreach (var run in new LinkProbe(session, clock).RunAsync(LinkTransport.Auto, Length, either.Token).ConfigureAwait(false))
            {
                last = run;
            }

            return new PathMeasure(clock.GetUtcNow(), new Bandwidth(last.BitsPerSecond), TimeSpan.FromMilliseconds(last.RoundTripMs), last.SentAgainPct / 100);
        }
        catch (Exception exception) when ((exception is IOException or ChannelException or InvalidDataException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            throw new FailureException(FailureCode.PeerUnreachable, $"What the path to {session.Peer} carries could not be measured: {exception.Message.TrimEnd('.')}.",
                $"`livcloud bench link {session.Peer}` measures it for longer.", exception);
        }
        finally
        {
            shares.Set(share, null);
        }
    }
}
