using LivCloud.Transport.Connections;
using LivCloud.Transport.Sockets;

namespace LivCloud.Channel.Links;

/// <summary>A connection of UDT.</summary>
internal sealed class UdtCarrier(UdtStream stream) : ILinkCarrier
{
    /// <summary>How many packets a stranger may send that nobody has read: enough for a handshake, too few to fill our memory.</summary>
    public const int StrangersPackets = 256;

    private static readonly int TrustedPackets = new ConnectionSettings().ReceivePackets;

    /// <summary>What it is called in reports.</summary>
    public const string TransportName = "udt";

    /// <inheritdoc/>
    public string Name => TransportName;

    /// <inheritdoc/>
    public Stream Stream => stream;

    /// <inheritdoc/>
    public string RemoteAddress { get; } = stream.RemoteEndPoint.ToString();

    /// <inheritdoc/>
    public bool IsStartingUp => stream.IsStartingUp;

    /// <inheritdoc/>
    public TimeSpan? RoundTrip => stream.Statistics.RoundTrip;

    /// <inheritdoc/>
    public PacketCount Packets
    {
        get
        {
            var statistics = stream.Statistics;
            return new PacketCount(statistics.SentPackets, statistics.RetransmittedPackets);
        }
    }

    /// <inheritdoc/>
    public bool IsBackground
    {
        set => stream.IsBackground = value;
    }

    /// <inheritdoc/>
    public void LimitUnsent(int bytes) => stream.MaxWaitingBytes = bytes;

    /// <inheritdoc/>
    public void Trust() => stream.ReceivePackets = TrustedPackets;

    /// <inheritdoc/>
    public void ShutdownSend() => stream.CloseWhenSent();

    /// <inheritdoc/>
    public void Abort() => stream.Abort();

    /// <inheritdoc/>
    public void Dispose() => stream.Abort();
}
