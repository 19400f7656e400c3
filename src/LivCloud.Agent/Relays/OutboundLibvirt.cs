using System.Net.Sockets;
using LivCloud.Channel;
using LivCloud.Libvirt.Rpc;
using LivCloud.Migration.Ports;

namespace LivCloud.Agent.Relays;

/// <summary>
/// Relays the source daemon's connection to the destination's. It answers keepalive pings itself, so that a link that is away for a while
/// is silence and not an error, and asks the gate before it lets the call through that makes the destination run the guest.
/// </summary>
internal sealed class OutboundLibvirt : IDisposable
{
    /// <summary>
    /// How long the destination may take to write what it got of the disks before it is given up. Libvirt has waited for that before, and the
    /// local daemon's pings are not answered meanwhile.
    /// </summary>
    private static readonly TimeSpan DisksPatience = TimeSpan.FromSeconds(5);

    private readonly Socket _local;
    private readonly ChannelStream _remote;
    private readonly IFinishGate _gate;
    private readonly Func<Task> _disksWritten;
    private readonly NetworkStream _localStream;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<bool> _fenced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint? _finishSerial;
    private bool _answered, _isOver;

    private OutboundLibvirt(Socket local, ChannelStream remote, IFinishGate gate, Func<Task> disksWritten)
    {
        (_local, _remote, _gate, _disksWritten) = (local, remote, gate, disksWritten);
        _localStream = new NetworkStream(local, ownsSocket: false);
    }

    /// <summary>Runs until either side is closed.</summary>
    /// <param name="local">The local daemon.</param>
    /// <param name="remote">The destination's.</param>
    /// <param name="gate">Who lets the guest run there.</param>
    /// <param name="disksWritten">Waits until the destination has written what it got of the disks. Libvirt has seen to it; nothing else would.</param>
    public static async Task RunAsync(Socket local, ChannelStream remote, IFinishGate gate, Func<Task> disksWritten)
    {
        await using (remote.ConfigureAwait(false))
        {
            using (local)
            {
                using var relay = new OutboundLibvirt(local, remote, gate, disksWritten);
                await relay.RunAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _localStream.Dispose();

    private async Task RunAsync()
    {
        using var toLocal = new RpcWriter(_localStream);
        using var toRemote = new RpcWriter(_remote);
        var outward = OutwardAsync(toRemote, toLocal);
        var inward = InwardAsync(toLocal);
        try
        {
            // Whichever side ends first, the connection is over: a daemon does not close one direction only.
            await Task.WhenAny(outward, inward).Unwrap().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ChannelException or ObjectDisposedException or InvalidDataException or LivCloud.Core.FailureException)
        {
            // What broke is closed below; libvirt reports it as its own connection's end.
        }

        _remote.Abort("the relay has closed");
        if (End() && await _fenced.Task.ConfigureAwait(false))
        {
            // The local daemon may not hear of the end before it is known who has the guest: it would resume the source.
            await inward.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _gate.OnFinishAnsweredAsync(succeeded: false).ConfigureAwait(false);
            _local.Dispose();
            _gate.AfterFinish();
        }

        _local.Dispose();
        await Task.WhenAll(outward, inward).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WaitDisksWrittenAsync()
    {
        try
        {
            await _disksWritten().WaitAsync(DisksPatience).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new IOException($"The destination has not written the copied disks within {DisksPatience.TotalSeconds:0} s of their end.", exception);
        }
    }

    /// <summary>Notes that the relay is over.</summary>
    /// <returns>Whether a call that runs the guest is on its way, or about to be.</returns>
    private bool End()
    {
        lock (_lock)
        {
            _isOver = true;
            return _finishSerial is not null && !_answered;
        }
    }

    /// <summary>From here on the end of the relay is not simply told to the local daemon.</summary>
    /// <exception cref="IOException">The relay has ended meanwhile: the daemon has been told, and runs the guest here.</exception>
    private void BeginFinish(uint serial)
    {
        lock (_lock)
        {
            _finishSerial = _isOver ? throw new IOException("The destination's daemon has closed.") : serial;
        }
    }

    private Task OutwardAsync(RpcWriter toRemote, RpcWriter toLocal) => new RpcPump(_localStream, toRemote, new OutwardTap(this, toLocal)).RunAsync();

    private Task InwardAsync(RpcWriter toLocal) => new RpcPump(_remote, toLocal, new InwardTap(this)).RunAsync();

    private sealed class OutwardTap(OutboundLibvirt relay, RpcWriter toLocal) : IRpcTap
    {
        public bool Wants(in RpcFrameHeader header) =>
            RpcFrames.IsKeepAlivePing(header) || RpcFrames.IsKeepAlivePong(header) || RpcFrames.IsFinish3Call(header);

        public async ValueTask OnMessageAsync(RpcFrameHeader header, ReadOnlyMemory<byte> message, RpcWriter to)
        {
            if (RpcFrames.IsKeepAlivePing(header))
            {
                await toLocal.WritePongAsync().ConfigureAwait(false);
                return;
            }

            if (RpcFrames.IsKeepAlivePong(header))
            {
                return;
            }

            if (!RpcFrames.TryReadFinishCancelled(message.Span, out var cancelled))
            {
                throw new InvalidDataException("Libvirt's Finish call can not be read.");
            }

            if (cancelled)
            {
                await to.WriteAsync(message).ConfigureAwait(false);
                return;
            }

            await relay.WaitDisksWrittenAsync().ConfigureAwait(false);
            relay.BeginFinish(header.Serial);
            var isFenced = false;
            try
            {
                await relay._gate.BeforeFinishAsync().ConfigureAwait(false);
                isFenced = true;
                await to.WriteAsync(message).ConfigureAwait(false);
            }
            finally
            {
                relay._fenced.TrySetResult(isFenced);
            }
        }
    }

    private sealed class InwardTap(OutboundLibvirt relay) : IRpcTap
    {
        public bool Wants(in RpcFrameHeader header) =>
            RpcFrames.IsKeepAlivePing(header) || RpcFrames.IsKeepAlivePong(header) || IsFinishReply(header);

        public async ValueTask OnMessageAsync(RpcFrameHeader header, ReadOnlyMemory<byte> message, RpcWriter to)
        {
            if (!IsFinishReply(header))
            {
                return;
            }

            var succeeded = header.Status == RpcMessageStatus.Ok;
            relay._answered = true;
            await relay._gate.OnFinishAnsweredAsync(succeeded).ConfigureAwait(false);
            await to.WriteAsync(message).ConfigureAwait(false);
            relay._gate.AfterFinish();
        }

        private bool IsFinishReply(in RpcFrameHeader header) => relay._finishSerial is { } serial && RpcFrames.IsReplyTo(header, serial);
    }
}
