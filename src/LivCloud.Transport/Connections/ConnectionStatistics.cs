namespace LivCloud.Transport.Connections;

/// <summary>What a connection has done so far.</summary>
public readonly record struct ConnectionStatistics
{
    /// <summary>Data packets sent, those sent again included.</summary>
    public required long SentPackets { get; init; }

    /// <summary>Data packets sent again.</summary>
    public required long RetransmittedPackets { get; init; }

    /// <summary>Data packets that were held for lost.</summary>
    public required long LostPackets { get; init; }

    /// <summary>Data packets that were held for lost and had arrived.</summary>
    public required long SpuriousPackets { get; init; }

    /// <summary>Data packets that arrived.</summary>
    public required long ReceivedPackets { get; init; }

    /// <summary>Those of them that had arrived before.</summary>
    public required long DuplicatePackets { get; init; }

    /// <summary>Packets that made no sense and were left out.</summary>
    public required long InvalidPackets { get; init; }

    /// <summary>The smoothed round trip.</summary>
    public required TimeSpan RoundTrip { get; init; }

    /// <summary>The least round trip of the last seconds.</summary>
    public required TimeSpan MinimumRoundTrip { get; init; }

    /// <summary>The pace, in packets per second.</summary>
    public required double PacketsPerSecond { get; init; }

    /// <summary>How many packets are on their way.</summary>
    public required int InFlight { get; init; }

    /// <summary>Whether the peer is one of our own, so that the modern law runs.</summary>
    public required bool IsExtended { get; init; }
}
