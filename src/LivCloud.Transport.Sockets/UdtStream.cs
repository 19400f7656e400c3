using System.Net;
using System.Runtime.CompilerServices;
using LivCloud.Transport.Connections;

namespace LivCloud.Transport.Sockets;

/// <summary>A UDT connection as a stream of bytes. One read and one write at a time.</summary>
public sealed class UdtStream : ConnectionStream
{
    private readonly UdtSocket _socket;
    private readonly Connection _connection;
    private readonly AsyncSignal _readable = new(), _writable = new();
    private bool _isDisposed;

    internal UdtStream(UdtSocket socket, Connection connection, IPEndPoint remote) => (_socket, _connection, RemoteEndPoint) = (socket, connection, remote);

    /// <summary>Where the peer was when the connection was set up.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>What it has done so far.</summary>
    public ConnectionStatistics Statistics
    {
        get
        {
            lock (_socket.Gate)
            {
                return _connection.Statistics;
            }
        }
    }

    /// <summary>Whether it yields to others on the same path rather than share with them.</summary>
    public bool IsBackground
    {
        get => _connection.IsBackground;
        set
        {
            lock (_socket.Gate)
            {
                _connection.IsBackground = value;
            }
        }
    }

    /// <summary>Whether the connection still looks for the rate of its path, for which it should never be short of bytes to send.</summary>
    public bool IsStartingUp
    {
        get
        {
            lock (_socket.Gate)
            {
                return _connection.IsStartingUp;
            }
        }
    }

    /// <summary>How many packets may have arrived and not been read; it can be raised, to trust a peer that has shown who it is.</summary>
    public int ReceivePackets
    {
        set
        {
            lock (_socket.Gate)
            {
                _connection.ReceivePackets = value;
                _socket.WakeThread();
            }
        }
    }

    /// <summary>How many bytes may wait to be sent for the first time; at least a packet's.</summary>
    public int MaxWaitingBytes
    {
        set
        {
            lock (_socket.Gate)
            {
                _connection.MaxWaitingBytes = value;
                Tell();
            }
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => !_isDisposed;

    /// <inheritdoc/>
    public override bool CanWrite => !_isDisposed;

    /// <inheritdoc/>
    /// <exception cref="UdtException">The connection has broken.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ValueTask wait;
            lock (_socket.Gate)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = _connection.Read(buffer.Span, MonotonicClock.Now);
                if (read > 0 || buffer.IsEmpty)
                {
                    _socket.WakeThread();
                    return read;
                }

                if (_connection.State == ConnectionState.ClosedByPeer)
                {
                    return 0;
                }

                ThrowIfBroken();
                wait = _readable.Arm();
            }

            await WaitAsync(_readable, wait, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="UdtException">The connection has broken.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            ValueTask wait;
            lock (_socket.Gate)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ThrowIfBroken();
                var written = _connection.Write(buffer.Span);
                buffer = buffer[written..];
                if (written > 0)
                {
                    _socket.WakeThread();
                }

                if (buffer.IsEmpty)
                {
                    return;
                }

                wait = _writable.Arm();
            }

            await WaitAsync(_writable, wait, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the connection as soon as all that was written has arrived; reading goes on till then.</summary>
    public void CloseWhenSent()
    {
        lock (_socket.Gate)
        {
            _connection.Close();
            _socket.WakeThread();
        }
    }

    /// <summary>Closes the connection at once: what was written may be lost.</summary>
    public void Abort()
    {
        lock (_socket.Gate)
        {
            _connection.Abort();
            _socket.WakeThread();
            Tell();
        }
    }

    /// <summary>Wakes those who wait and need not any more; the gate is held.</summary>
    /// <returns>Whether nobody will ever wait again.</returns>
    internal bool Tell()
    {
        if (_connection.CanRead)
        {
            _readable.Set();
        }

        if (_connection.CanWrite || _connection.State != ConnectionState.Open)
        {
            _writable.Set();
        }

        return _isDisposed && _connection.State != ConnectionState.Open;
    }

    /// <summary>Closes the connection as soon as all that was written has arrived.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            CloseWhenSent();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(AsyncSignal signal, ValueTask wait, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static state =>
            {
                var (stream, signal) = ((UdtStream, AsyncSignal))state!;
                lock (stream._socket.Gate)
                {
                    signal.Set();
                }
            },
            cancellationToken.CanBeCanceled ? (this, signal) : null);
        await wait.ConfigureAwait(false);
    }

    private void ThrowIfBroken()
    {
        switch (_connection.State)
        {
            case ConnectionState.TimedOut:
                throw new UdtException(UdtError.TimedOut, $"Nothing was heard of {RemoteEndPoint} for too long.");
            case ConnectionState.ClosedByPeer:
                throw new UdtException(UdtError.ClosedByPeer, $"{RemoteEndPoint} has closed the connection.");
            case ConnectionState.Closed:
                throw new UdtException(UdtError.Closed, $"The connection to {RemoteEndPoint} was closed here.");
            case ConnectionState.Open:
                break;
        }
    }
}
