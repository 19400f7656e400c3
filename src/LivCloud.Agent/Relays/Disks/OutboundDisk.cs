using System.Buffers;
using System.Net.Sockets;
using LivCloud.Channel;
using LivCloud.Nbd;

namespace LivCloud.Agent.Relays.Disks;

/// <summary>
/// Relays the local emulator's copy of a disk to the destination's server. Writes are answered when they have left (<see cref="WriteBehind"/>):
/// the copy catches up with the guest however long the round trip is.
/// </summary>
internal sealed class OutboundDisk : IRequestTap, IReplyTap, IDisposable
{
    private readonly Lock _lock = new();
    private readonly AnswerSignal _answered = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<NbdReply> _answers = [];
    private readonly Socket _local;
    private readonly ChannelStream _remote;
    private readonly NetworkStream _client;
    private Task _held = Task.CompletedTask;
    private WriteBehind _writes = new(answers: false);
    private bool _isLastAnswered, _hasTurn;

    /// <summary>Makes the relay; nothing runs before <see cref="RunAsync"/>.</summary>
    public OutboundDisk(Socket local, ChannelStream remote)
    {
        (_local, _remote) = (local, remote);
        _client = new NetworkStream(local, ownsSocket: false);
    }

    /// <summary>Waits until the server has answered all that was sent; a disk that is still written to never is done.</summary>
    /// <exception cref="IOException">It will not, or it could not write something.</exception>
    public async Task WaitWrittenAsync()
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_writes.Error != 0)
                {
                    throw new IOException($"The destination could not write to the copied disk (error {_writes.Error}).");
                }

                if (_writes.Outstanding == 0)
                {
                    return;
                }

                next = _answered.Next();
            }

            await next.ConfigureAwait(false);
        }
    }

    /// <summary>Runs until both directions have ended or either side broke; then both are closed.</summary>
    /// <returns>Whether both directions ended regularly.</returns>
    public Task<bool> RunAsync() => StreamBridge.RunAsync(_local, _remote, async () =>
    {
        if (await DiskNegotiation.PassAsync(_client, _remote).ConfigureAwait(false) is { } export)
        {
            _writes = new WriteBehind(export.HasFlush);
            await StreamBridge.BothAsync(_local, _remote, OutwardAsync(), InwardAsync()).ConfigureAwait(false);
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _turn.Dispose();
    }

    /// <inheritdoc/>
    public bool TryTake(ref NbdRequest request)
    {
        lock (_lock)
        {
            if (_writes.IsFull)
            {
                _held = _answered.Next();
                return false;
            }

            var answer = _writes.Take(ref request);
            _isLastAnswered = answer is not null;
            if (answer is { } reply)
            {
                _answers.Add(reply);
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public Task WaitAsync() => _held;

    /// <inheritdoc/>
    public async ValueTask SentAsync(bool isWhole)
    {
        var count = !isWhole && _isLastAnswered ? _answers.Count - 1 : _answers.Count;
        if (count == 0)
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(count * NbdReply.Bytes);
        for (var index = 0; index < count; index++)
        {
            _answers[index].Write(buffer.AsSpan(index * NbdReply.Bytes));
        }

        _answers.RemoveRange(0, count);
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await _client.WriteAsync(buffer.AsMemory(0, count * NbdReply.Bytes)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public bool Take(ref NbdReply reply, out uint payloadBytes)
    {
        lock (_lock)
        {
            DiskNegotiation.Check(_writes.Take(ref reply, out var isForClient, out payloadBytes));
            _answered.Set();
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
        _hasTurn = !isWhole;
        try
        {
            await to.WriteAsync(replies).ConfigureAwait(false);
        }
        finally
        {
            if (isWhole)
            {
                _turn.Release();
            }
        }
    }

    private async Task OutwardAsync()
    {
        await new RequestPump(_client, _remote, this).RunAsync().ConfigureAwait(false);
        await _remote.CompleteWritesAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task InwardAsync()
    {
        try
        {
            await new ReplyPump(_remote, _client, this).RunAsync().ConfigureAwait(false);
            _local.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            lock (_lock)
            {
                _answered.Close();
            }

            if (_hasTurn)
            {
                _turn.Release();
            }
        }
    }
}
