namespace LivCloud.Transport.Congestion;

/// <summary>Decides how fast packets are sent and how many may be on their way, from what the receiver tells.</summary>
internal interface ICongestionControl
{
    /// <summary>Packets per second; greater than 0.</summary>
    double PacketsPerSecond { get; }

    /// <summary>How many packets may be in flight.</summary>
    double Window { get; }

    /// <summary>An acknowledgement of UDT's own that says something new (draft-gg-udt-03, section 6.2).</summary>
    void OnAcknowledgement(in Acknowledgement acknowledgement);

    /// <summary>A loss report of UDT's own (section 6.2).</summary>
    /// <param name="first">The first packet that it names.</param>
    /// <param name="next">The next packet to be sent for the first time.</param>
    void OnLossReport(long first, long next);

    /// <summary>Nothing was heard of the peer for long (section 6.2).</summary>
    void OnTimeout();

    /// <summary>A report of arrivals from one of our own.</summary>
    void OnArrivals(in ArrivalReport report);

    /// <summary>There is nothing to send, or no room at the receiver for it: what is measured now is not the path's rate.</summary>
    /// <param name="inFlight">How many packets are on their way.</param>
    void OnLimited(int inFlight);

    /// <summary>The path carries packets again after nothing was heard for some time.</summary>
    void OnOutageOver(TimeSpan outage, Instant now);
}

/// <summary>An acknowledgement of UDT's own.</summary>
/// <param name="Now">When it came.</param>
/// <param name="Cumulative">The first packet that has not arrived.</param>
/// <param name="RoundTrip">The smoothed time of a round trip.</param>
/// <param name="ArrivalsPerSecond">The smoothed rate of arrivals that the receiver sees.</param>
/// <param name="CapacityPerSecond">The smoothed rate of the path that it estimates from pairs of packets.</param>
internal readonly record struct Acknowledgement(Instant Now, long Cumulative, TimeSpan RoundTrip, double ArrivalsPerSecond, double CapacityPerSecond);

/// <summary>What a report of arrivals says, with what the sender knows at that time.</summary>
internal readonly record struct ArrivalReport
{
    /// <summary>When it came.</summary>
    public required Instant Now { get; init; }

    /// <summary>How many packets have arrived in all, those that came twice included.</summary>
    public required long Arrived { get; init; }

    /// <summary>When the newest arrived, by the receiver's clock since its first.</summary>
    public required TimeSpan ArrivedAt { get; init; }

    /// <summary>When that packet was sent.</summary>
    public required Instant SentAt { get; init; }

    /// <summary>The least time on the way of the packets since the last report, from an arbitrary zero.</summary>
    public required TimeSpan OneWayDelay { get; init; }

    /// <summary>The round trip that it measures: from sending the newest packet to now, less what the receiver held it.</summary>
    public required TimeSpan RoundTrip { get; init; }

    /// <summary>How many packets are on their way.</summary>
    public required int InFlight { get; init; }

    /// <summary>How many packets were ever held for lost.</summary>
    public required long LostTotal { get; init; }

    /// <summary>The smoothed time of a round trip.</summary>
    public required TimeSpan SmoothedRoundTrip { get; init; }

    /// <summary>The least time of a round trip of the last seconds.</summary>
    public required TimeSpan MinimumRoundTrip { get; init; }
}
