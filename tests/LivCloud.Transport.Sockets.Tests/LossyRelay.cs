using System.Net;
using System.Net.Sockets;

namespace LivCloud.Transport.Sockets.Tests;

/// <summary>Passes datagrams on between a client and a server, and loses some.</summary>
internal sealed class LossyRelay : IAsyncDisposable
{
    private readonly Socket _front = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _back = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Task _passing;
    private SocketAddress? _client;
    private long _lost;

    /// <summary>Begins.</summary>
    /// <param name="server">Where datagrams go.</param>
    /// <param name="loss">The part of them that is lost, in each direction.</param>
    /// <param name="seed">Of the random numbers.</param>
    public LossyRelay(IPEndPoint server, double loss, int seed)
    {
        _front.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _back.Connect(server);
        foreach (var socket in (Socket[])[_front, _back])
        {
            (socket.ReceiveBufferSize, socket.SendBufferSize) = (8 << 20, 8 << 20);
        }

        _passing = Task.WhenAll(
            Task.Factory.StartNew(() => PassOn(new Random(seed), loss, InFront, bytes => _back.Send(bytes)), TaskCreationOptions.LongRunning),
            Task.Factory.StartNew(() => PassOn(new Random(seed + 1), loss, buffer => _back.Receive(buffer), Back), TaskCreationOptions.LongRunning));
    }

    private delegate int Receive(Span<byte> buffer);

    private delegate void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Where the client sends to.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_front.LocalEndPoint!;

    /// <summary>How many datagrams were lost.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public async ValueTask DisposeAsync()
    {
        _front.Dispose();
        _back.Dispose();
        await _passing;
    }

    private int InFront(Span<byte> buffer)
    {
        var from = new SocketAddress(AddressFamily.InterNetwork);
        var count = _front.ReceiveFrom(buffer, SocketFlags.None, from);
        _client ??= from;
        return count;
    }

    private void Back(ReadOnlySpan<byte> bytes)
    {
        if (_client is { } client)
        {
            _front.SendTo(bytes, SocketFlags.None, client);
        }
    }

    private void PassOn(Random random, double loss, Receive receive, Send send)
    {
        var buffer = new byte[64 << 10];
        while (true)
        {
            try
            {
                var count = receive(buffer);
                if (random.NextDouble() < loss)
                {
                    Interlocked.Increment(ref _lost);
                    continue;
                }

                send(buffer.AsSpan(0, count));
            }
            catch (SocketException ex) when (ex.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // The server's port is closed already; the client may go on.
            }
            catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
