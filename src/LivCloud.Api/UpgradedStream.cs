using System.Net.Sockets;

namespace LivCloud.Api;

/// <summary>The bytes of an upgraded HTTP connection; either direction can end before the other.</summary>
public sealed class UpgradedStream : Stream
{
    // Reads go through the response, which may hold bytes that came with the headers. Writes go to the socket itself, since the
    // response's stream can't end one direction, and it lets go of its connection (but not of this socket) at the end of the other.
    private readonly HttpResponseMessage _response;
    private readonly Stream _received;
    private readonly Socket _socket;
    private readonly HttpClient _http;

    internal UpgradedStream(HttpResponseMessage response, Stream received, Socket socket, HttpClient http) =>
        (_response, _received, _socket, _http) = (response, received, socket, http);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Tells the other end that nothing more will be written; reading goes on.</summary>
    public void CloseWriting() => _socket.Shutdown(SocketShutdown.Send);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _received.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => _received.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            try
            {
                buffer = buffer[await _socket.SendAsync(buffer, cancellationToken)..];
            }
            catch (SocketException ex)
            {
                throw new IOException("The agent closed the connection.", ex);
            }
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        for (var rest = buffer.AsSpan(offset, count); rest.Length > 0;)
        {
            rest = rest[_socket.Send(rest)..];
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _received.Dispose();
            _response.Dispose();
            _socket.Dispose();
            _http.Dispose();
        }

        base.Dispose(disposing);
    }
}
