using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LivCloud.Transport.Sockets;

namespace LivCloud.Channel.Links;

/// <summary>A TCP connection as TLS should see it: what is written leaves when it is flushed, so that many TLS records make one system call.</summary>
/// <remarks>One read and one write at a time. SslStream writes its records of 16 KiB one by one, and flushes after each step of its handshake.</remarks>
internal sealed class SocketStream(Socket socket) : ConnectionStream
{
    private const int HandshakeBufferBytes = 8 * 1024;
    private const int BufferBytes = 256 * 1024;

    /// <summary>Small until more is written than a handshake does: anyone may connect, and should not cost much before it is known who that is.</summary>
    private byte[] _outgoing = [];
    private int _pending;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
        }
        catch (SocketException ex)
        {
            throw new IOException(ex.Message, ex);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > _outgoing.Length - _pending)
        {
            MakeRoom(_pending + buffer.Length);
        }

        if (buffer.Length > _outgoing.Length - _pending)
        {
            return WriteThroughAsync(buffer, cancellationToken);
        }

        buffer.CopyTo(_outgoing.AsMemory(_pending));
        _pending += buffer.Length;
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _pending == 0 ? Task.CompletedTask : SendPendingAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException("What was written is sent asynchronously.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private void MakeRoom(int bytes)
    {
        var length = bytes <= HandshakeBufferBytes ? HandshakeBufferBytes : BufferBytes;
        if (length > _outgoing.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>(length, pinned: true);
            _outgoing.AsSpan(0, _pending).CopyTo(larger);
            _outgoing = larger;
        }
    }

    private async ValueTask WriteThroughAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await SendPendingAsync(cancellationToken);
        await SendAsync(buffer, cancellationToken);
    }

    private async Task SendPendingAsync(CancellationToken cancellationToken)
    {
        var count = _pending;
        _pending = 0;
        await SendAsync(_outgoing.AsMemory(0, count), cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
            }
        }
        catch (SocketException ex)
        {
            throw new IOException(ex.Message, ex);
        }
    }
}
