using System.Buffers;
using System.Net.Sockets;
using LivCloud.Channel;

namespace LivCloud.Agent.Relays;

/// <summary>Carries bytes between a local socket and a stream of the channel, both ways, each with its own end.</summary>
internal static class StreamBridge
{
    /// <summary>What is read at a time: little, since what waits here when the guest pauses is downtime.</summary>
    private const int BufferBytes = 64 << 10;

    /// <summary>Runs until both directions have ended or either side broke; then both are closed.</summary>
    /// <returns>Whether both directions ended regularly.</returns>
    public static Task<bool> RunAsync(Socket local, ChannelStream remote) =>
        CloseAfterAsync(local, remote, () => AllAsync(local, remote, OutwardAsync(local, remote), InwardAsync(remote, local)));

    /// <summary>The same for a protocol that the relay takes part in. It may wait for one side alone: when the stream breaks, the socket is closed at once.</summary>
    /// <param name="local">The socket.</param>
    /// <param name="remote">The stream.</param>
    /// <param name="body">What carries the bytes.</param>
    public static Task<bool> RunAsync(Socket local, ChannelStream remote, Func<Task> body) => CloseAfterAsync(local, remote, async () =>
    {
        var running = body();
        if (await Task.WhenAny(running, remote.Broken).ConfigureAwait(false) != running)
        {
            local.Dispose();
        }

        await running.ConfigureAwait(false);
    });

    /// <summary>Waits for all parts of a relay; when one breaks, both sides are closed, so that the others end too.</summary>
    public static async Task AllAsync(Socket local, ChannelStream remote, params Task[] parts)
    {
        try
        {
            for (var left = parts.ToList(); left.Count > 0;)
            {
                var ended = await Task.WhenAny(left).ConfigureAwait(false);
                await ended.ConfigureAwait(false);
                left.Remove(ended);
            }
        }
        catch
        {
            remote.Abort("the other side of the relay has closed");
            local.Dispose();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private static async Task<bool> CloseAfterAsync(Socket local, ChannelStream remote, Func<Task> body)
    {
        await using (remote.ConfigureAwait(false))
        {
            using (local)
            {
                try
                {
                    await body().ConfigureAwait(false);
                    return true;
                }
                catch (Exception exception) when (
                    exception is IOException or SocketException or ChannelException or ObjectDisposedException or InvalidDataException)
                {
                    remote.Abort("the other side of the relay has closed");
                    return false;
                }
            }
        }
    }

    private static async Task OutwardAsync(Socket local, ChannelStream remote)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await local.ReceiveAsync(buffer, SocketFlags.None, CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                await remote.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
            }

            await remote.CompleteWritesAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task InwardAsync(ChannelStream remote, Socket local)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await remote.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                for (var rest = buffer.AsMemory(0, count); rest.Length > 0;)
                {
                    rest = rest[await local.SendAsync(rest, SocketFlags.None, CancellationToken.None).ConfigureAwait(false)..];
                }
            }

            local.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
