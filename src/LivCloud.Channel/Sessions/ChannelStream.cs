using LivCloud.Channel.Protocol;
using LivCloud.Channel.Sessions;
using LivCloud.Transport.Sockets;

namespace LivCloud.Channel;

/// <summary>One stream of a session: a connection to what <see cref="Target"/> names at the peer.</summary>
/// <remarks>
/// <para>One read and one write may be under way at a time, and they may be on different threads. Links that come and go are not seen here,
/// except as silence. All failures are <see cref="ChannelException"/>.</para>
/// <para>A write is complete when its bytes are in frames for the link; at most 64 KiB wait in front of it. Disposing abandons the stream
/// unless <see cref="CompleteWritesAsync"/> was called before: an end that is not meant must not look like one.</para>
/// </remarks>
public sealed class ChannelStream : ConnectionStream
{
    private readonly PendingOperation _reading = new();
    private readonly PendingOperation _writing = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDisposed;

    internal ChannelStream(ChannelSession session, StreamCore core)
    {
        (Session, Core) = (session, core);
        core.Face = this;
    }

    /// <summary>What the stream joins.</summary>
    public StreamTarget Target => Core.Target;

    /// <summary>The session that carries it.</summary>
    public ChannelSession Session { get; }

    /// <summary>The bytes of this stream's frames in both directions so far, headers and repetitions included.</summary>
    public long WireBytes => Session.WireBytes(Core);

    /// <inheritdoc/>
    public override bool CanRead => !_isDisposed;

    /// <inheritdoc/>
    public override bool CanWrite => !_isDisposed;

    internal StreamCore Core { get; }

    internal Task Opened => _opened.Task;

    /// <summary>Ends the direction to the peer after what was written; the other direction goes on.</summary>
    /// <exception cref="ChannelException">The stream has failed.</exception>
    public Task CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Session.CompleteWrites(this);
        return Task.CompletedTask;
    }

    /// <summary>Ends when nothing can be read or written any more: either side abandoned it, or its session has ended.</summary>
    public Task Broken => _broken.Task;

    /// <summary>Abandons both directions: what is on its way is dropped, and the peer's reads and writes fail with this reason.</summary>
    /// <param name="reason">One sentence for people at both ends.</param>
    public void Abort(string reason) => Session.Abort(this, reason);

    /// <inheritdoc/>
    /// <remarks>0 is the end of the peer's direction. A read into an empty buffer completes when there is something to read.</remarks>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (Session.Read(this, buffer) is { } count)
        {
            return ValueTask.FromResult(count);
        }

        RegisterCancellation(_reading, cancellationToken);
        return _reading.ReadTask;
    }

    /// <inheritdoc/>
    /// <remarks>A write that is cancelled may have been taken in part; then only <see cref="Abort"/> makes sense.</remarks>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (Session.Write(this, buffer))
        {
            return ValueTask.CompletedTask;
        }

        RegisterCancellation(_writing, cancellationToken);
        return _writing.WriteTask;
    }

    /// <summary>What the stream's name says in logs: its target and peer.</summary>
    public override string ToString() => $"{Target} with {Session.Peer}";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            Session.Leave(this);
        }

        base.Dispose(disposing);
    }

    internal void HandleOpened() => _opened.TrySetResult();

    /// <summary>Goes on with a read that waits. Under the session's lock.</summary>
    internal void HandleReadable(SessionCore core)
    {
        if (!_reading.IsWaiting)
        {
            return;
        }

        if (Core.Receive.Available > 0 || Core.HasReadAll)
        {
            _reading.Complete(_reading.Destination.IsEmpty ? 0 : core.Read(Core, _reading.Destination.Span));
        }
    }

    /// <summary>Goes on with a write that waits. Under the session's lock.</summary>
    internal void HandleWritable(SessionCore core)
    {
        if (!_writing.IsWaiting)
        {
            return;
        }

        var taken = core.Write(Core, _writing.Source.Span);
        if (taken == _writing.Source.Length)
        {
            _writing.Complete(0);
        }
        else
        {
            _writing.Source = _writing.Source[taken..];
        }
    }

    /// <summary>Fails what waits. Under the session's lock.</summary>
    internal void HandleFailed(StreamFailure failure)
    {
        var exception = new ChannelException(failure.Error, failure.Message);
        if (!_opened.Task.IsCompleted)
        {
            _opened.SetException(exception);
            _ = _opened.Task.Exception;
        }

        _writing.Fail(exception);
        _reading.Fail(exception);
        _broken.TrySetResult();
    }

    /// <summary>Reads what is there, or begins to wait. Under the session's lock.</summary>
    internal int? TryRead(SessionCore core, Memory<byte> buffer)
    {
        _reading.ThrowIfBusy();
        if (Core.Failure is { } failure && !Core.HasReceivedAll)
        {
            throw new ChannelException(failure.Error, failure.Message);
        }

        if (Core.HasReadAll)
        {
            return 0;
        }

        if (Core.Receive.Available > 0)
        {
            return buffer.IsEmpty ? 0 : core.Read(Core, buffer.Span);
        }

        Core.IsReadableReported = false;
        _reading.BeginRead(buffer);
        return null;
    }

    /// <summary>Writes what fits, or begins to wait. Under the session's lock.</summary>
    internal bool TryWrite(SessionCore core, ReadOnlyMemory<byte> buffer)
    {
        _writing.ThrowIfBusy();
        if (Core.Failure is { } failure)
        {
            throw new ChannelException(failure.Error, failure.Message);
        }

        if (Core.Send.IsCompleted)
        {
            throw new InvalidOperationException("The writes of this stream were completed.");
        }

        var taken = core.Write(Core, buffer.Span);
        if (taken == buffer.Length)
        {
            return true;
        }

        _writing.BeginWrite(buffer[taken..]);
        return false;
    }

    /// <summary>Fails what waits since the stream is disposed. Under the session's lock.</summary>
    internal void HandleDisposed()
    {
        var exception = new ObjectDisposedException(nameof(ChannelStream));
        _writing.Fail(exception);
        _reading.Fail(exception);
        _broken.TrySetResult();
    }

    private void RegisterCancellation(PendingOperation operation, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            operation.KeepRegistration(cancellationToken.UnsafeRegister(
                static (state, token) =>
                {
                    var (stream, pending) = ((ChannelStream, PendingOperation))state!;
                    stream.Session.Cancel(pending, token);
                },
                (this, operation)));
        }
    }
}
