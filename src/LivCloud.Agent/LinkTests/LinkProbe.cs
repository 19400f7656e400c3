using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using LivCloud.Api;
using LivCloud.Channel;
using LivCloud.Core;

namespace LivCloud.Agent.LinkTests;

/// <summary>Sends for a while over a session and hears from its far end what arrives.</summary>
/// <param name="session">The session.</param>
/// <param name="clock">The clock.</param>
internal sealed class LinkProbe(ChannelSession session, TimeProvider clock)
{
    private const int PieceBytes = 64 * 1024;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Measures; the last state is the result.</summary>
    /// <param name="transport">What the session uses.</param>
    /// <param name="length">For how long is sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The far end counted nothing.</exception>
    public async IAsyncEnumerable<LinkTestRun> RunAsync(LinkTransport transport, TimeSpan length, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        var stream = await session.OpenAsync(new StreamTarget(StreamKind.Measure, Migration: null, Index: 0), cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var course = new LinkTestCourse(transport, clock.GetElapsedTime(asked), length, session.Packets);
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var sending = SendAsync(stream, length, done.Token);
            try
            {
                var wire = new byte[ArrivalMark.WireBytes];
                while (await stream.ReadAtLeastAsync(wire, wire.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == wire.Length)
                {
                    if (course.Take(wire, session.BusyRoundTrip ?? TimeSpan.Zero, Second))
                    {
                        yield return course.Describe(session.Packets, isOver: false);
                    }
                }
            }
            finally
            {
                await done.CancelAsync().ConfigureAwait(false);
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            yield return course.HasMarks
                ? course.Describe(session.Packets, isOver: true)
                : throw new IOException($"{session.Peer} counted nothing of what was sent.");
        }
    }

    private async Task SendAsync(ChannelStream stream, TimeSpan length, CancellationToken cancellationToken)
    {
        // Nothing on the way can make random bytes fewer.
        var piece = RandomNumberGenerator.GetBytes(PieceBytes);
        for (var since = clock.GetTimestamp(); clock.GetElapsedTime(since) < length;)
        {
            await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
        }

        await stream.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
    }
}
