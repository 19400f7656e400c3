using System.Net.Sockets;
using System.Text;

namespace LivCloud.Channel.Links;

/// <summary>Options of TCP sockets that .NET has no names for; numbers from linux/tcp.h. Each is a help, not a need, so failures are ignored.</summary>
internal static class TcpOptions
{
    private const int SolSocket = 1;
    private const int SendBufferForce = 32;
    private const int IpProtoTcp = 6;
    private const int TcpInfo = 11;
    private const int TcpCongestion = 13;
    private const int TcpNotSentLowat = 25;
    private const int TcpCongestionInfo = 26;

    /// <summary>Room for what is on its way, three times over on long paths; what waits to be sent has its own, narrow limit.</summary>
    /// <remarks>Where the kernel's default limits what is on its way, BBR takes the sender for idle, does not end its start-up and floods the path.</remarks>
    private const int SendBufferBytes = 32 * 1024 * 1024;

    /// <summary>What may wait unsent until the path has been measured.</summary>
    private const int FirstUnsentBytes = 128 * 1024;

    /// <summary>Where struct tcp_info (linux/tcp.h) has the smoothed round trip, in microseconds.</summary>
    private const int TcpInfoRttOffset = 68;

    /// <summary>Where it has the segments that were sent again, and all that had data.</summary>
    private const int TcpInfoTotalRetransOffset = 100, TcpInfoDataSegsOutOffset = 156;

    /// <summary>Where struct tcp_bbr_info (linux/inet_diag.h) has its pacing gain, in 256ths, and how long the struct is.</summary>
    private const int BbrPacingGainOffset = 12, BbrInfoBytes = 20;

    /// <summary>BBR's greatest gain once it has found the rate of the path (5/4); in its start-up it is 2.89.</summary>
    private const uint BbrGreatestSteadyGain = 320;

    /// <summary>Prepares a socket for a link.</summary>
    public static void Apply(Socket socket, ChannelOptions options)
    {
        socket.NoDelay = true;
        TrySet(socket, SolSocket, SendBufferForce, BitConverter.GetBytes(SendBufferBytes));
        TrySetNotSentLowat(socket, options.MaxUnsentBytes ?? FirstUnsentBytes);
        if (options.CongestionControl is { } congestionControl)
        {
            TrySet(socket, IpProtoTcp, TcpCongestion, Encoding.ASCII.GetBytes(congestionControl));
        }
    }

    /// <summary>What waits unsent in the kernel can not be overtaken by what is urgent, and adds to the downtime; so it is kept small.</summary>
    public static void TrySetNotSentLowat(Socket socket, int bytes) => TrySet(socket, IpProtoTcp, TcpNotSentLowat, BitConverter.GetBytes(bytes));

    /// <summary>Whether the socket is driven by BBR and still looks for the rate of the path.</summary>
    public static bool IsStartingUp(Socket socket)
    {
        Span<byte> info = stackalloc byte[BbrInfoBytes];
        try
        {
            return socket.GetRawSocketOption(IpProtoTcp, TcpCongestionInfo, info) == BbrInfoBytes
                && BitConverter.ToUInt32(info[BbrPacingGainOffset..]) > BbrGreatestSteadyGain;
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The round trip of the path as the kernel has measured it, at first from the connection's handshake; null when it does not tell.</summary>
    public static TimeSpan? RoundTrip(Socket socket)
    {
        Span<byte> info = stackalloc byte[TcpInfoRttOffset + sizeof(uint)];
        return TryGetInfo(socket, info) ? TimeSpan.FromMicroseconds(BitConverter.ToUInt32(info[TcpInfoRttOffset..])) : null;
    }

    /// <summary>What was sent so far; nothing when the kernel does not tell.</summary>
    public static PacketCount Packets(Socket socket)
    {
        Span<byte> info = stackalloc byte[TcpInfoDataSegsOutOffset + sizeof(uint)];
        return TryGetInfo(socket, info)
            ? new PacketCount(BitConverter.ToUInt32(info[TcpInfoDataSegsOutOffset..]), BitConverter.ToUInt32(info[TcpInfoTotalRetransOffset..]))
            : default;
    }

    private static bool TryGetInfo(Socket socket, Span<byte> info)
    {
        try
        {
            return socket.GetRawSocketOption(IpProtoTcp, TcpInfo, info) == info.Length;
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static void TrySet(Socket socket, int level, int option, byte[] value)
    {
        try
        {
            socket.SetRawSocketOption(level, option, value);
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // An older kernel, a container that may not, or a socket that was closed meanwhile.
        }
    }
}
