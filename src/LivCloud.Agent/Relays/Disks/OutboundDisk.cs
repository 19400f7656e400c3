using System.Buffers;
using System.Net.Sockets;
using LivCloud.Channel;
using LivCloud.Nbd;

namespace LivCloud.Agent.Relays.Disks;

/// <summary>
/// Relays the local emulator's copy of a disk to the destination's server. Writes are answered when they are here (<see cref="WriteBehind"/>) and sent
/// from a spool (<see cref="WriteSpool"/>): the copy catches up with the guest however long the round trip is.
/// </summary>
/// <param name="local">The emulator.</param>
/// <param name="remote">The destination's server.</param>
internal sealed class OutboundDisk(Socket local, ChannelStream remote) : IReplyTap, IDisposable
{
    /// <summary>What QEMU's mirror writes at a time at most; others may write more.</summary>
    private const int UsualBytes = 1 << 20;

    /// <summary>How many buffers of a size are kept. They go with the relay, which the shared pool's would not.</summary>
    private const int KeptBuffers = 4;

    private readonly ArrayPool<byte> _buffers = ArrayPool<byte>.Create(UsualBytes, KeptBuffers);
    private readonly Lock _lock = new();
    private readonly ChangeSignal _changed = new();
    private readonly WriteSpool _spool = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly byte[] _answer = new byte[NbdReply.Bytes];
    private WriteBehind _writes = new(answers: false);
    private bool _hasTurn, _hasEnded;

    /// <summary>Waits until the server has answered all that came here; a disk that is still written to never is done.</summary>
    /// <exception cref="IOException">It will not, or it could not write something.</exception>
    public Task WaitWrittenAsync() => UntilAsync(() => _writes.Error != 0
        ? throw new IOException($"The destination could not write to the copied disk (error {_writes.Error}).")
        : _spool.IsEmpty && _writes.Outstanding == 0);

    /// <summary>Runs until both directions have ended or either side broke; then both are closed.</summary>
    /// <returns>Whether both directions ended regularly.</returns>
    public Task<bool> RunAsync() => StreamBridge.RunAsync(local, remote, async () =>
    {
        var client = new NetworkStream(local, ownsSocket: false);
        await using var _ = client.ConfigureAwait(false);
        if (await DiskNegotiation.PassAsync(client, remote).ConfigureAwait(false) is { } export)
        {
            lock (_lock)
            {
                _writes = new WriteBehind(export.HasFlush);
            }

            await StreamBridge.AllAsync(local, remote, ReceiveAsync(client), SendAsync(), AnswerAsync(client)).ConfigureAwait(false);
        }
    });

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <inheritdoc/>
    public bool Take(ref NbdReply reply, out uint payloadBytes)
    {
        lock (_lock)
        {
            DiskFault.Check(_writes.Take(ref reply, out var isForClient, out payloadBytes));
            _changed.Set();
            return isForClient;
        }
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(Stream to, ReadOnlyMemory<byte> replies, bool isWhole)
    {
        if (replies.IsEmpty)
        {
            return;
        }

        if (!_hasTurn)
        {
            await _turn.WaitAsync().ConfigureAwait(false);
        }

        // What was read comes in parts, and nothing else between them.
        _hasTurn = true;
        await to.WriteAsync(replies).ConfigureAwait(false);
        if (isWhole)
        {
            _hasTurn = false;
            _turn.Release();
        }
    }

    /// <summary>Takes what the emulator asks into the spool.</summary>
    private async Task ReceiveAsync(NetworkStream client)
    {
        var head = new byte[NbdRequest.Bytes];
        while (await client.ReadAtLeastAsync(head, NbdRequest.Bytes, throwOnEndOfStream: false).ConfigureAwait(false) is > 0 and var count)
        {
            DiskFault.Check(count == NbdRequest.Bytes ? NbdFault.None : NbdFault.Cut);
            DiskFault.Check(NbdRequest.Read(head, out var request));
            var buffer = _buffers.Rent((int)request.PayloadBytes);
            await client.ReadExactlyAsync(buffer.AsMemory(0, (int)request.PayloadBytes)).ConfigureAwait(false);
            NbdReply? answer = null;
            await UntilAsync(() => TryKeep(request, buffer, out answer)).ConfigureAwait(false);
            if (answer is { } reply)
            {
                await AnswerAsync(client, reply).ConfigureAwait(false);
            }
        }

        lock (_lock)
        {
            _hasEnded = true;
            _changed.Set();
        }
    }

    /// <summary>Under the lock.</summary>
    private bool TryKeep(NbdRequest request, byte[] buffer, out NbdReply? answer)
    {
        answer = null;
        if (_writes.IsAnsweredHere(request) && _spool.TryReplace(request, buffer, out var replaced))
        {
            _buffers.Return(replaced!);
            answer = _writes.Replaced(request);
            return true;
        }

        if (_writes.IsFull || !_spool.HasRoomFor(request))
        {
            return false;
        }

        answer = _writes.Take(ref request);
        _spool.Add(request, buffer, mayBeReplaced: answer is not null);
        _changed.Set();
        return true;
    }

    private async ValueTask AnswerAsync(NetworkStream client, NbdReply answer)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            answer.Write(_answer);
            await client.WriteAsync(_answer).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends what is in the spool.</summary>
    private async Task SendAsync()
    {
        var head = new byte[NbdRequest.Bytes];
        while (true)
        {
            var (request, buffer, isTaken) = (default(NbdRequest), Array.Empty<byte>(), false);
            await UntilAsync(() => (isTaken = TryLeave(out request, out buffer)) || _hasEnded).ConfigureAwait(false);
            if (!isTaken)
            {
                await remote.CompleteWritesAsync(CancellationToken.None).ConfigureAwait(false);
                return;
            }

            request.Write(head);
            await remote.WriteAsync(head).ConfigureAwait(false);
            await remote.WriteAsync(buffer.AsMemory(0, (int)request.PayloadBytes)).ConfigureAwait(false);
            _buffers.Return(buffer);
        }
    }

    /// <summary>Under the lock.</summary>
    private bool TryLeave(out NbdRequest request, out byte[] buffer)
    {
        var isTaken = _spool.TryTake(out request, out buffer);
        if (isTaken)
        {
            _changed.Set();
        }

        return isTaken;
    }

    private async Task AnswerAsync(NetworkStream client)
    {
        try
        {
            await new ReplyPump(remote, client, this).RunAsync().ConfigureAwait(false);
            local.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            lock (_lock)
            {
                _changed.Close();
            }

            if (_hasTurn)
            {
                // Nothing may follow half an answer.
                local.Dispose();
                _turn.Release();
            }
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (condition())
                {
                    return;
                }

                next = _changed.Next();
            }

            await next.ConfigureAwait(false);
        }
    }
}
