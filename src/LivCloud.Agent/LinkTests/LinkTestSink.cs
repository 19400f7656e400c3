using System.Collections.Concurrent;
using LivCloud.Channel;
using LivCloud.Core;

namespace LivCloud.Agent.LinkTests;

/// <summary>The receiving end of link tests: counts what comes, and tells.</summary>
internal sealed class LinkTestSink(TimeProvider clock)
{
    /// <summary>How many a peer may run. Each costs a core's part while it runs, which guests may need.</summary>
    private const int MostAtOnce = 4;

    private const int PieceBytes = 64 * 1024;
    private static readonly TimeSpan MarkInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);
    private readonly ConcurrentDictionary<HostName, int> _running = [];

    /// <summary>Takes a stream.</summary>
    /// <returns>Why not; null when it is taken.</returns>
    public StreamRefusal? Take(ChannelStream stream)
    {
        if (_running.AddOrUpdate(stream.Session.Peer, 1, static (_, count) => count + 1) > MostAtOnce)
        {
            Leave(stream.Session.Peer);
            return new StreamRefusal($"{MostAtOnce} link tests are running already");
        }

        // It ends with the stream, by itself; nothing is left to await.
        _ = Task.Run(() => CountAsync(stream));
        return null;
    }

    private void Leave(HostName peer) => _running.AddOrUpdate(peer, 0, static (_, count) => count - 1);

    private async Task CountAsync(ChannelStream stream)
    {
        await using (stream.ConfigureAwait(false))
        {
            using var deadline = new CancellationTokenSource(Longest, clock);
            try
            {
                await CountAsync(stream, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or ChannelException or OperationCanceledException)
            {
                stream.Abort("the link test has ended");
            }
            finally
            {
                Leave(stream.Session.Peer);
            }
        }
    }

    private async Task CountAsync(ChannelStream stream, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceBytes];
        var wire = new byte[ArrivalMark.WireBytes];
        long? since = null;
        var mark = default(ArrivalMark);
        int count;
        do
        {
            count = await stream.ReadAsync(piece, cancellationToken).ConfigureAwait(false);
            since ??= clock.GetTimestamp();
            var now = new ArrivalMark(clock.GetElapsedTime(since.Value), mark.Bytes + count);
            if (count == 0 || now.Elapsed - mark.Elapsed >= MarkInterval)
            {
                now.Write(wire);
                await stream.WriteAsync(wire, cancellationToken).ConfigureAwait(false);
                mark = now;
            }
            else
            {
                mark = mark with { Bytes = now.Bytes };
            }
        }
        while (count > 0);
        await stream.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
    }
}
