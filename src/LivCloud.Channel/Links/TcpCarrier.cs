using System.Net.Sockets;

namespace LivCloud.Channel.Links;

/// <summary>A connection of TCP.</summary>
internal sealed class TcpCarrier(Socket socket) : ILinkCarrier
{
    /// <inheritdoc/>
    public string Name => "tcp";

    /// <inheritdoc/>
    public Stream Stream { get; } = new SocketStream(socket);

    /// <inheritdoc/>
    public string RemoteAddress { get; } = AddressOf(socket);

    /// <inheritdoc/>
    public bool IsStartingUp => TcpOptions.IsStartingUp(socket);

    /// <summary>The path's round trip; null when the kernel does not tell.</summary>
    public TimeSpan? RoundTrip => TcpOptions.RoundTrip(socket);

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
