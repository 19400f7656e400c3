using System.Net.Security;
using System.Net.Sockets;
using LivCloud.Core;

namespace LivCloud.Channel.Links;

/// <summary>An authenticated, encrypted connection to a peer, whatever carries it.</summary>
internal sealed class Link(HostName peer, SslStream stream, Socket socket, string transport) : IDisposable
{
    /// <summary>The other end, as its certificate says.</summary>
    public HostName Peer { get; } = peer;

    /// <summary>The bytes of frames in both directions.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>What carries it: "tcp".</summary>
    public string Transport { get; } = transport;

    /// <summary>The cipher suite, such as "TLS_AES_256_GCM_SHA384".</summary>
    public string Cipher { get; } = stream.NegotiatedCipherSuite.ToString();

    /// <summary>Where the other end is, for messages.</summary>
    public string RemoteAddress { get; } = AddressOf(socket);

    /// <summary>Sets how many bytes may wait unsent in the kernel.</summary>
    public void LimitUnsent(int bytes) => TcpOptions.TrySetNotSentLowat(socket, bytes);

    /// <summary>Whether the connection still looks for the rate of its path, for which it must never be short of bytes to send.</summary>
    public bool IsStartingUp => TcpOptions.IsStartingUp(socket);

    /// <summary>Says that nothing more is sent; what was sent still arrives.</summary>
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

    /// <summary>Breaks the connection at once, so that reads and writes that wait on it fail.</summary>
    public void Abort() => socket.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        Stream.Dispose();
    }

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
