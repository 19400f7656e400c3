using System.Net.Sockets;

namespace LivCloud.Channel.Links;

/// <summary>A connection of TCP.</summary>
internal sealed class TcpCarrier(Socket socket) : ILinkCarrier
{
    /// <summary>What it is called in reports.</summary>
    public const string TransportName = "tcp";

    /// <inheritdoc/>
    public string Name => TransportName;

    /// <inheritdoc/>
    public Stream Stream { get; } = new SocketStream(socket);

    /// <inheritdoc/>
    public string RemoteAddress { get; } = AddressOf(socket);

    /// <inheritdoc/>
    public bool IsStartingUp => TcpOptions.IsStartingUp(socket);

    /// <inheritdoc/>
    public TimeSpan? RoundTrip => TcpOptions.RoundTrip(socket);

    /// <inheritdoc/>
    public PacketCount Packets => TcpOptions.Packets(socket);

    /// <summary>The kernel's control laws share; none that yields is there on every host.</summary>
    public bool IsBackground
    {
        set
        {
        }
    }

    /// <inheritdoc/>
    public void LimitUnsent(int bytes) => TcpOptions.TrySetNotSentLowat(socket, bytes);

    /// <summary>The kernel limits what waits to be read.</summary>
    public void Trust()
    {
    }

    /// <inheritdoc/>
    public void ShutdownSend()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // The connection is gone already, which is all that was wanted.
        }
    }

    /// <inheritdoc/>
    public void Abort() => socket.Dispose();

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static string AddressOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint?.ToString() ?? "an unknown address";
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // The connection broke already; the next read says so.
            return "an unknown address";
        }
    }
}
