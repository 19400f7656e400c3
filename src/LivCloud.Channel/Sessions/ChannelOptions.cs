using System.Net;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Core;

namespace LivCloud.Channel;

/// <summary>How an agent joins others. Checked when the endpoint is made.</summary>
public sealed record ChannelOptions
{
    /// <summary>The port that agents listen on unless told otherwise.</summary>
    public const int DefaultPort = 8470;

    /// <summary>This host; its certificate must be made for this name.</summary>
    public required HostName Name { get; init; }

    /// <summary>Where to listen; port 0 takes any free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>This host's certificate with its private key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The certificate of the CA that issued the certificates of all hosts. No other CA is trusted, and no list of the system.</summary>
    public required X509Certificate2 Authority { get; init; }

    /// <summary>The hosts that may connect, and where each listens: "name:port", "192.0.2.7:8470" or "[2001:db8::7]:8470".</summary>
    /// <remarks>An empty text is a host whose address is not known, such as one behind NAT: it can connect to us, we can not to it.</remarks>
    public required IReadOnlyDictionary<HostName, string> Peers { get; init; }

    /// <summary>How long a session without any link waits for one before its streams fail; 120 s.</summary>
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How many links a session that this end begins has side by side, 1 to 16; 1.</summary>
    public int LinksPerSession { get; init; } = 1;

    /// <summary>How long to wait for an answer to a connection attempt; 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long TLS and HELLO may take on a new link; 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often each end sends a PING on each link; 2 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A link on which not a byte came in for this long is dead; 10 s. Must be more than twice <see cref="PingInterval"/>.</summary>
    public TimeSpan LinkTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the first attempt to bring a lost link back; it doubles up to <see cref="MaxRedialDelay"/>; 0.2 s.</summary>
    public TimeSpan MinRedialDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait between attempts; 2 s.</summary>
    public TimeSpan MaxRedialDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the end that did not begin the session waits for a lost link before it dials too; 2 s.</summary>
    public TimeSpan ReverseDialDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long closing a session waits for its streams to end; those that remain are then abandoned; 5 s.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most bytes of each session that are kept until the peer acknowledges them, before bulk streams pause (others at twice as many); 32 MiB.</summary>
    /// <remarks>Must be more than the bandwidth-delay product of the path, or it limits the rate.</remarks>
    public long MaxRetainedBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>What links are made over; both are always accepted.</summary>
    public LinkTransport Transport { get; init; }

    /// <summary>The congestion control of TCP links, such as "bbr"; used where the kernel has it. null leaves the system's.</summary>
    public string? CongestionControl { get; init; } = "bbr";

    /// <summary>How many bytes may wait unsent in the kernel for each link (TCP_NOTSENT_LOWAT); null follows the link's rate, from 16 to 256 KiB.</summary>
    public int? MaxUnsentBytes { get; init; }

    /// <summary>The cap on bulk streams (memory and disks) that new sessions begin with; null is no cap.</summary>
    public Bandwidth? BandwidthCap { get; init; }

    /// <summary>How many incoming links may be in their handshake at once; more are turned away; 64.</summary>
    public int MaxHalfOpenLinks { get; init; } = 64;

    /// <summary>How many of these may come from one address, or one /64 of IPv6; 8.</summary>
    public int MaxHalfOpenLinksPerAddress { get; init; } = 8;

    internal void Check()
    {
        Require(Certificate.HasPrivateKey, nameof(Certificate), "must come with its private key");
        Require(LinksPerSession is >= 1 and <= 16, nameof(LinksPerSession), "must be 1 to 16");
        Require(HoldTime > TimeSpan.Zero, nameof(HoldTime), "must be more than 0");
        Require(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), "must be more than 0");
        Require(HandshakeTimeout > TimeSpan.Zero, nameof(HandshakeTimeout), "must be more than 0");
        Require(PingInterval > TimeSpan.Zero, nameof(PingInterval), "must be more than 0");
        Require(LinkTimeout > PingInterval * 2, nameof(LinkTimeout), "must be more than twice the ping interval");
        Require(MinRedialDelay > TimeSpan.Zero && MaxRedialDelay >= MinRedialDelay, nameof(MaxRedialDelay), "must be at least the least redial delay");
        Require(ReverseDialDelay >= TimeSpan.Zero, nameof(ReverseDialDelay), "must be 0 or more");
        Require(DrainTime >= TimeSpan.Zero, nameof(DrainTime), "must be 0 or more");
        Require(MaxRetainedBytes >= 1024 * 1024, nameof(MaxRetainedBytes), "must be 1 MiB or more");
        Require(MaxUnsentBytes is null or >= 4096, nameof(MaxUnsentBytes), "must be 4 KiB or more");
        Require(MaxHalfOpenLinks >= 1, nameof(MaxHalfOpenLinks), "must be 1 or more");
        Require(MaxHalfOpenLinksPerAddress >= 1, nameof(MaxHalfOpenLinksPerAddress), "must be 1 or more");
    }

    private static void Require(bool holds, string option, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"The channel's option {option} {what}.", option);
        }
    }
}
