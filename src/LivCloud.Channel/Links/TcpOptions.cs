using System.Net.Sockets;
using System.Text;

namespace LivCloud.Channel.Links;

/// <summary>Options of TCP sockets that .NET has no names for; numbers from linux/tcp.h. Each is a help, not a need, so failures are ignored.</summary>
internal static class TcpOptions
{
    private const int IpProtoTcp = 6;
    private const int TcpCongestion = 13;
    private const int TcpNotSentLowat = 25;

    /// <summary>Prepares a socket for a link.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="congestionControl">The congestion control to ask for; null leaves the system's.</param>
    /// <param name="maxUnsentBytes">What may wait unsent in the kernel.</param>
    public static void Apply(Socket socket, string? congestionControl, int maxUnsentBytes)
    {
        socket.NoDelay = true;
        TrySetNotSentLowat(socket, maxUnsentBytes);
        if (congestionControl is not null)
        {
            TrySet(socket, TcpCongestion, Encoding.ASCII.GetBytes(congestionControl));
        }
    }

    /// <summary>What waits unsent in the kernel can not be overtaken by what is urgent, and adds to the downtime; so it is kept small.</summary>
    public static void TrySetNotSentLowat(Socket socket, int bytes) => TrySet(socket, TcpNotSentLowat, BitConverter.GetBytes(bytes));

    private static void TrySet(Socket socket, int option, byte[] value)
    {
        try
        {
            socket.SetRawSocketOption(IpProtoTcp, option, value);
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // An older kernel, a container that may not, or a socket that was closed meanwhile.
        }
    }
}
