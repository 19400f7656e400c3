namespace LivCloud.Channel;

/// <summary>What a session has done so far.</summary>
/// <param name="Links">Links that are up.</param>
/// <param name="Streams">Streams that are open.</param>
/// <param name="SentBytes">Bytes handed to links, without what TLS and TCP add.</param>
/// <param name="ReceivedBytes">Bytes that came in on links, without what TLS and TCP add.</param>
/// <param name="RetransmittedBytes">Those of the sent bytes that had been sent before, on a link that died.</param>
/// <param name="UnacknowledgedBytes">Memory held for frames that the peer has not acknowledged yet.</param>
/// <param name="DeliveredBytesPerSecond">The rate at which the peer acknowledged lately; 0 before anything was.</param>
/// <param name="SmoothedRtt">The smoothed round trip time; zero before the first answer.</param>
public sealed record SessionStatistics(
    int Links,
    int Streams,
    long SentBytes,
    long ReceivedBytes,
    long RetransmittedBytes,
    long UnacknowledgedBytes,
    long DeliveredBytesPerSecond,
    TimeSpan SmoothedRtt);
