using System.Net.Sockets;
using LivCloud.Channel;
using LivCloud.Nbd;

namespace LivCloud.Agent.Relays.Disks;

/// <summary>
/// Relays a source's connection to the local emulator's disk server. The source was told that its writes are done when they had left; so what
/// depends on one is held here until it is (<see cref="RequestOrder"/>).
/// </summary>
internal sealed class InboundDisk : IRequestTap, IReplyTap
{
    private readonly Lock _lock = new();
    private readonly RequestOrder _order = new();
    private readonly ChangeSignal _answered = new();
    private readonly ChannelStream _remote;
    private Task _held = Task.CompletedTask;

    private InboundDisk(ChannelStream remote) => _remote = remote;

    /// <summary>Runs until both directions have ended or either side broke; then both are closed.</summary>
    /// <returns>Whether both directions ended regularly.</returns>
    public static Task<bool> RunAsync(Socket local, ChannelStream remote) => StreamBridge.RunAsync(local, remote, async () =>
    {
        var server = new NetworkStream(local, ownsSocket: false);
        await using var _ = server.ConfigureAwait(false);
        if (await DiskNegotiation.PassAsync(remote, server).ConfigureAwait(false) is not null)
        {
            var disk = new InboundDisk(remote);
            await StreamBridge.AllAsync(local, remote, disk.OutwardAsync(server), disk.InwardAsync(server, local)).ConfigureAwait(false);
        }
    });

    /// <inheritdoc/>
    public bool TryTake(in NbdRequest request)
    {
        lock (_lock)
        {
            DiskFault.Check(_order.Take(request, out var mayStart));
            _held = mayStart ? Task.CompletedTask : _answered.Next();
            return mayStart;
        }
    }

    /// <inheritdoc/>
    public Task WaitAsync() => _held;

    /// <inheritdoc/>
    public bool Take(ref NbdReply reply, out uint payloadBytes)
    {
        lock (_lock)
        {
            DiskFault.Check(_order.Take(reply, out payloadBytes));
            _answered.Set();
        }

        return true;
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(Stream to, ReadOnlyMemory<byte> replies, bool isWhole) => to.WriteAsync(replies);

    private async Task InwardAsync(NetworkStream server, Socket local)
    {
        await new RequestPump(_remote, server, this).RunAsync().ConfigureAwait(false);
        local.Shutdown(SocketShutdown.Send);
    }

    private async Task OutwardAsync(NetworkStream server)
    {
        try
        {
            await new ReplyPump(server, _remote, this).RunAsync().ConfigureAwait(false);
            await _remote.CompleteWritesAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _answered.Close();
            }
        }
    }
}
