namespace LivCloud.Transport.Tests.Simulation.Tcp;

/// <summary>How a simulated flow of TCP decides what it may send.</summary>
internal interface ITcpLaw
{
    /// <summary>How many packets may be on their way.</summary>
    double Window { get; }

    /// <summary>Packets per second; null when only the window holds it back.</summary>
    double? PacketsPerSecond { get; }

    void OnAcknowledged(in TcpSample sample);

    /// <summary>Packets were lost, for the first time since those were sent that are on their way now.</summary>
    void OnLost(Instant now);
}

/// <summary>What the acknowledgement of a packet tells.</summary>
/// <param name="Now">When it came.</param>
/// <param name="RoundTrip">How long the packet and its acknowledgement took.</param>
/// <param name="Delivered">How many packets have arrived in all.</param>
/// <param name="DeliveredWhenSent">How many had when this one was sent.</param>
/// <param name="Rate">Packets per second that arrived meanwhile.</param>
/// <param name="InFlight">How many are on their way.</param>
internal readonly record struct TcpSample(Instant Now, TimeSpan RoundTrip, long Delivered, long DeliveredWhenSent, double Rate, int InFlight);
