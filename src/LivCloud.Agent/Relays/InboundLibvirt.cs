using System.Net.Sockets;
using LivCloud.Channel;
using LivCloud.Libvirt.Rpc;

namespace LivCloud.Agent.Relays;

/// <summary>Relays a source daemon's connection to the local daemon, and keeps it open while the local daemon works on the call that runs the guest.</summary>
internal sealed class InboundLibvirt : IDisposable
{
    /// <summary>How long the local daemon's answer to that call is waited for once the source is gone.</summary>
    private static readonly TimeSpan FinishPatience = TimeSpan.FromSeconds(20);

    private readonly Socket _local;
    private readonly ChannelStream _remote;
    private readonly NetworkStream _localStream;
    private readonly Action _onResumed;
    private readonly TaskCompletionSource _finishAnswered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint? _finishSerial;

    /// <summary>Makes the relay; nothing runs before <see cref="RunAsync"/>.</summary>
    /// <param name="local">The local daemon.</param>
    /// <param name="remote">The source's daemon.</param>
    /// <param name="onResumed">Called when the local daemon has run the guest, before the source's hears of it.</param>
    public InboundLibvirt(Socket local, ChannelStream remote, Action onResumed)
    {
        (_local, _remote, _onResumed) = (local, remote, onResumed);
        _localStream = new NetworkStream(local, ownsSocket: false);
    }

    /// <summary>Runs until either side is closed.</summary>
    /// <returns>Whether the source closed it regularly; false when its session was lost.</returns>
    public async Task<bool> RunAsync()
    {
        using var toLocal = new RpcWriter(_localStream);
        using var toRemote = new RpcWriter(_remote);
        var inward = new RpcPump(_remote, toLocal, new CallTap(this)).RunAsync();
        var outward = new RpcPump(_localStream, toRemote, new ReplyTap(this, toLocal)).RunAsync();
        var regular = true;
        try
        {
            await Task.WhenAny(inward, outward).Unwrap().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ChannelException or ObjectDisposedException or InvalidDataException)
        {
            regular = false;
        }

        if (_finishSerial is not null && !outward.IsCompleted)
        {
            await ((Task)Task.WhenAny(_finishAnswered.Task, outward)).WaitAsync(FinishPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _remote.Abort("the relay has closed");
        _local.Dispose();
        await Task.WhenAll(inward, outward).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return regular;
    }

    /// <summary>Ends the relay from this side; <see cref="RunAsync"/> returns when it is closed.</summary>
    public void Close() => _remote.Abort("the migration is settled");

    /// <inheritdoc/>
    public void Dispose()
    {
        _localStream.Dispose();
        _local.Dispose();
        _remote.Dispose();
    }

    private sealed class CallTap(InboundLibvirt relay) : IRpcTap
    {
        public bool Wants(in RpcFrameHeader header) => RpcFrames.IsFinish3Call(header);

        public async ValueTask OnMessageAsync(RpcFrameHeader header, ReadOnlyMemory<byte> message, RpcWriter to)
        {
            relay._finishSerial = header.Serial;
            await to.WriteAsync(message).ConfigureAwait(false);
        }
    }

    private sealed class ReplyTap(InboundLibvirt relay, RpcWriter toLocal) : IRpcTap
    {
        public bool Wants(in RpcFrameHeader header) =>
            RpcFrames.IsKeepAlivePing(header) || RpcFrames.IsKeepAlivePong(header) || IsFinishReply(header);

        public async ValueTask OnMessageAsync(RpcFrameHeader header, ReadOnlyMemory<byte> message, RpcWriter to)
        {
            if (RpcFrames.IsKeepAlivePing(header))
            {
                await toLocal.WritePongAsync().ConfigureAwait(false);
            }
            else if (IsFinishReply(header))
            {
                if (header.Status == RpcMessageStatus.Ok)
                {
                    relay._onResumed();
                }

                relay._finishAnswered.TrySetResult();
                await to.WriteAsync(message).ConfigureAwait(false);
            }
        }

        private bool IsFinishReply(in RpcFrameHeader header) => relay._finishSerial is { } serial && RpcFrames.IsReplyTo(header, serial);
    }
}
