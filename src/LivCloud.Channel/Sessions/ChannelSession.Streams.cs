using LivCloud.Channel.Protocol;
using LivCloud.Channel.Sessions;

namespace LivCloud.Channel;

/// <summary>What streams do with their session.</summary>
public sealed partial class ChannelSession
{
    internal long WireBytes(StreamCore stream)
    {
        lock (_gate)
        {
            return stream.WireBytes;
        }
    }

    /// <returns>How many bytes were read; null when the read waits.</returns>
    internal int? Read(ChannelStream stream, Memory<byte> buffer)
    {
        lock (_gate)
        {
            var count = stream.TryRead(_core, buffer);
            Settle();
            return count;
        }
    }

    /// <returns>Whether all was written; else the write waits.</returns>
    internal bool Write(ChannelStream stream, ReadOnlyMemory<byte> buffer)
    {
        lock (_gate)
        {
            var isWritten = stream.TryWrite(_core, buffer);
            Settle();
            return isWritten;
        }
    }

    internal void CompleteWrites(ChannelStream stream)
    {
        lock (_gate)
        {
            if (stream.Core.Failure is { } failure)
            {
                throw new ChannelException(failure.Error, failure.Message);
            }

            _core.CompleteWrites(stream.Core);
            Settle();
        }
    }

    internal void Abort(ChannelStream stream, string reason)
    {
        lock (_gate)
        {
            _core.Abort(stream.Core, reason);
            Settle();
        }
    }

    /// <summary>The application disposes a stream.</summary>
    internal void Leave(ChannelStream stream)
    {
        lock (_gate)
        {
            stream.HandleDisposed();
            if (stream.Core.Send.IsCompleted)
            {
                _core.DiscardReads(stream.Core);
            }
            else
            {
                _core.Abort(stream.Core, "The other end closed the stream before its end.");
            }

            Settle();
        }
    }

    internal void Cancel(PendingOperation operation, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            operation.Fail(new OperationCanceledException(cancellationToken));
        }
    }

    /// <summary>Asks the acceptor about a stream, and tells the peer.</summary>
    private async Task DecideAsync(ChannelStream stream)
    {
        await Task.Yield();
        StreamRefusal? refusal;
        try
        {
            refusal = await _acceptor.AcceptAsync(this, stream, _closed.Token);
        }
        catch (Exception ex)
        {
            if (ex is not OperationCanceledException || !_closed.IsCancellationRequested)
            {
                ChannelLog.AcceptFailed(_logger, ex, stream.Target, Peer);
            }

            refusal = new StreamRefusal($"{_options.Name} failed to decide about the stream; its log says why.");
        }

        lock (_gate)
        {
            if (refusal is null)
            {
                _core.Accept(stream.Core);
            }
            else
            {
                _core.Refuse(stream.Core, refusal.Reason);
            }

            Settle();
        }
    }
}
