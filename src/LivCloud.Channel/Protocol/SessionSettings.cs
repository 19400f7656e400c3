namespace LivCloud.Channel.Protocol;

/// <summary>What the protocol core of a session is told about times and limits; docs/protocol.md lists the values on the wire.</summary>
internal sealed record SessionSettings
{
    /// <summary>How long a session without any link waits for one.</summary>
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How often a PING is sent on each link.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A link on which nothing at all was received for this long is dead.</summary>
    public TimeSpan LinkTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a received frame waits for others before it is acknowledged.</summary>
    public TimeSpan AckDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The most bytes kept until they are acknowledged, before bulk streams pause; interactive ones pause at twice as many.</summary>
    public long MaxRetainedBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The most streams that each end may have open.</summary>
    public int MaxStreams { get; init; } = 256;

    /// <summary>The most links of a session.</summary>
    public int MaxLinks { get; init; } = 16;

    /// <summary>The most control frames that wait or are not acknowledged; only a peer that asks without ever listening needs more.</summary>
    public int MaxControlRecords { get; init; } = 4096;
}
