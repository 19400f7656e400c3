namespace LivCloud.Transport.Tests.Simulation;

/// <summary>One direction of a path.</summary>
internal sealed record PathSettings
{
    public double BitsPerSecond { get; init; } = 100e6;

    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(25);

    public double LossProbability { get; init; }

    /// <summary>Each packet is late by 0 to this; they keep their order unless <see cref="Reorders"/>.</summary>
    public TimeSpan Jitter { get; init; }

    public bool Reorders { get; init; }

    public double DuplicateProbability { get; init; }

    /// <summary>How long a packet may wait for its turn.</summary>
    public TimeSpan Queue { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest datagram that it carries.</summary>
    public int MaxDatagramBytes { get; init; } = 1472;

    public bool IsCut { get; init; }
}
