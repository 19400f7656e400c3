using System.Net.Security;
using LivCloud.Core;

namespace LivCloud.Channel.Links;

/// <summary>An authenticated, encrypted connection to a peer, whatever carries it.</summary>
internal sealed class Link(HostName peer, SslStream stream, ILinkCarrier carrier) : IDisposable
{
    /// <summary>The other end, as its certificate says.</summary>
    public HostName Peer { get; } = peer;

    /// <summary>The bytes of frames in both directions.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>What carries it: "tcp" or "udt".</summary>
    public string Transport { get; } = carrier.Name;

    /// <summary>Why that carries it, as a clause.</summary>
    public string TransportReason { get; init; } = "";

    /// <summary>The cipher suite, such as "TLS_AES_256_GCM_SHA384".</summary>
    public string Cipher { get; } = stream.NegotiatedCipherSuite.ToString();

    /// <summary>Where the other end is, for messages.</summary>
    public string RemoteAddress { get; } = carrier.RemoteAddress;

    /// <summary>Sets how many bytes may wait unsent below TLS.</summary>
    public void LimitUnsent(int bytes) => carrier.LimitUnsent(bytes);

    /// <summary>Whether the connection still looks for the rate of its path, for which it must never be short of bytes to send.</summary>
    public bool IsStartingUp => carrier.IsStartingUp;

    /// <summary>The path's round trip, smoothed; null when it is not known.</summary>
    public TimeSpan? RoundTrip => carrier.RoundTrip;

    /// <summary>What it has sent so far.</summary>
    public PacketCount Packets => carrier.Packets;

    /// <summary>Whether it leaves the path to whoever else uses it, as far as what carries it can.</summary>
    public bool IsBackground
    {
        set => carrier.IsBackground = value;
    }

    /// <summary>Says that nothing more is sent; what was sent still arrives.</summary>
    public void ShutdownSend() => carrier.ShutdownSend();

    /// <summary>Breaks the connection at once, so that reads and writes that wait on it fail.</summary>
    public void Abort() => carrier.Abort();

    /// <inheritdoc/>
    public void Dispose()
    {
        carrier.Dispose();
        Stream.Dispose();
    }
}
