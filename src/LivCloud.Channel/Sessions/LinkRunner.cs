using LivCloud.Channel.Links;
using LivCloud.Channel.Wire;
using LivCloud.Transport;
using LivCloud.Transport.Sockets;

namespace LivCloud.Channel.Sessions;

/// <summary>Carries the frames of a session over one link, in both directions, until the link or the session ends.</summary>
internal sealed class LinkRunner(ChannelSession session, int id, byte slot, Link link, TimeProvider clock) : IDisposable
{
    private const int BufferBytes = 384 * 1024;
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);
    private readonly byte[] _incoming = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private readonly byte[] _outgoing = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private readonly TaskCompletionSource<string> _killed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The number by which the core knows the link.</summary>
    public int Id { get; } = id;

    /// <summary>Which of the session's links it is, as HELLO says.</summary>
    public byte Slot { get; } = slot;

    public Link Link { get; } = link;

    /// <summary>When the session took it.</summary>
    public required Instant UpSince { get; init; }

    /// <summary>Wakes the writer; guarded by the session's lock.</summary>
    public AsyncSignal Wake { get; } = new();

    /// <summary>Whether the link is of no use any more; guarded by the session's lock.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Whether the link still looks for the rate of its path; guarded by the session's lock.</summary>
    public bool IsStartingUp { get; set; } = true;

    /// <summary>How many unsent bytes the kernel was told to allow; guarded by the session's lock.</summary>
    public int UnsentBytes { get; set; }

    /// <summary>Ends the link soon.</summary>
    public void Kill(string reason) => _killed.TrySetResult(reason);

    /// <summary>Runs until the link has ended.</summary>
    /// <returns>Why it ended, as a clause.</returns>
    public async Task<string> RunAsync()
    {
        var reading = ReadAsync();
        var writing = WriteAsync();
        var first = await Task.WhenAny([reading, writing, _killed.Task, session.Ended]);
        if (first == session.Ended)
        {
            // The last frame may be stuck behind what the other end does not take.
            first = await LingerAsync(reading, writing);
        }

        if (first == writing && await writing is null)
        {
            await LingerAsync(reading);
        }

        session.StopLink(this);
        Link.Abort();
        var reasons = await Task.WhenAll(reading, writing);
        return _killed.Task.IsCompleted ? await _killed.Task : reasons[0] ?? reasons[1] ?? "the session ended";
    }

    public void Dispose() => Link.Dispose();

    /// <returns>What has ended first; another task when nothing did within the linger time, or the link was killed.</returns>
    private async Task<Task> LingerAsync(params Task[] tasks)
    {
        using var linger = new CancellationTokenSource();
        var first = await Task.WhenAny([.. tasks, _killed.Task, Task.Delay(LingerTime, clock, linger.Token)]);
        await linger.CancelAsync();
        return first;
    }

    /// <returns>Why reading ended.</returns>
    private async Task<string?> ReadAsync()
    {
        try
        {
            var (start, end) = (0, 0);
            while (true)
            {
                var count = await Link.Stream.ReadAsync(_incoming.AsMemory(end));
                if (count == 0)
                {
                    return "the other end closed it";
                }

                end += count;
                start += session.Receive(this, _incoming.AsSpan(start, end - start), count);
                if (start == end)
                {
                    (start, end) = (0, 0);
                }
                else if (BufferBytes - start < 2 * WireLimits.MaxFrameBytes)
                {
                    _incoming.AsSpan(start, end - start).CopyTo(_incoming);
                    (start, end) = (0, end - start);
                }
            }
        }
        catch (Exception ex) when (IsBroken(ex))
        {
            return ex.Message;
        }
    }

    /// <returns>Why writing broke; null when all was written and the session is over.</returns>
    private async Task<string?> WriteAsync()
    {
        try
        {
            while (true)
            {
                var count = session.Transmit(this, _outgoing, out var wait);
                if (count > 0)
                {
                    await Link.Stream.WriteAsync(_outgoing.AsMemory(0, count));
                    await Link.Stream.FlushAsync();
                }
                else if (count == 0)
                {
                    await wait;
                }
                else
                {
                    Link.ShutdownSend();
                    return null;
                }
            }
        }
        catch (Exception ex) when (IsBroken(ex))
        {
            return ex.Message;
        }
    }

    private static bool IsBroken(Exception ex) => ex is IOException or ObjectDisposedException or InvalidOperationException or System.Net.Sockets.SocketException;
}
