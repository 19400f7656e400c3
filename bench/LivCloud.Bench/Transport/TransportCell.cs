namespace LivCloud.Bench.Transport;

/// <summary>What a sender showed over one link.</summary>
internal sealed record TransportCell
{
    /// <summary>The link's rate.</summary>
    public required double RateMbit { get; init; }

    /// <summary>Its round trip.</summary>
    public required double RttMs { get; init; }

    /// <summary>What it loses, in each direction.</summary>
    public required double LossPct { get; init; }

    /// <summary>Who sent.</summary>
    public required string Sender { get; init; }

    /// <summary>Payload of the whole run.</summary>
    public required double GoodputMbit { get; init; }

    /// <summary>Payload of its second half.</summary>
    public required double SteadyMbit { get; init; }

    /// <summary>Processor seconds of the sender for each 10^9 bytes.</summary>
    public required double CpuSendSPerGb { get; init; }

    /// <summary>Processor seconds of the receiver for each 10^9 bytes.</summary>
    public required double CpuRecvSPerGb { get; init; }

    /// <summary>Packets that the link's queue had no room for, of all that came to it.</summary>
    public required double QueueDropPct { get; init; }

    /// <summary>Packets that were sent again; null when the tool does not tell.</summary>
    public required double? RetransmittedPct { get; init; }

    /// <summary>How much later than computed packets came out of the emulated link, on average.</summary>
    public required double LatenessUs { get; init; }
}
