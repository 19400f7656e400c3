using LivCloud.Core;

namespace LivCloud.Api;

/// <summary>What to measure of the path to a host.</summary>
public sealed record LinkTestRequest
{
    /// <summary>How long to send over each transport, in seconds, 1 to 60.</summary>
    public double Seconds { get; init; } = 5;

    /// <summary>The transport; auto: one after the other.</summary>
    public LinkTransport Transport { get; init; } = LinkTransport.Auto;
}

/// <summary>A measurement of the path to a host, as far as it has come.</summary>
public sealed record LinkTest
{
    /// <summary>The host at the other end.</summary>
    public required string Host { get; init; }

    /// <summary>The runs, one for each transport; the last one may be under way.</summary>
    public required IReadOnlyList<LinkTestRun> Runs { get; init; }

    /// <summary>Whether all is measured.</summary>
    public required bool IsOver { get; init; }
}

/// <summary>What was measured over one transport.</summary>
public sealed record LinkTestRun
{
    /// <summary>The transport.</summary>
    public required LinkTransport Transport { get; init; }

    /// <summary>How long it has run by the receiver's clock, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>What arrives, in bits per second: in the last second while it runs, over its second half when it is over.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>What arrived in all, in bits per second.</summary>
    public long AverageBitsPerSecond { get; init; }

    /// <summary>The round trip before it began, in milliseconds.</summary>
    public double RoundTripMs { get; init; }

    /// <summary>The round trip while it ran, on average, in milliseconds.</summary>
    public double LoadedRoundTripMs { get; init; }

    /// <summary>How many of the packets were sent again, in per cent.</summary>
    public double SentAgainPct { get; init; }

    /// <summary>Why it could not be measured; null when it could.</summary>
    public string? Problem { get; init; }
}
