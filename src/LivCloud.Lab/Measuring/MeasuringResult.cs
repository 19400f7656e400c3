namespace LivCloud.Lab.Measuring;

/// <summary>What the measuring client saw in a window of time.</summary>
/// <param name="WindowMs">How long the window was.</param>
/// <param name="Probe">The UDP probes.</param>
/// <param name="Tcp">The TCP connection.</param>
public sealed record MeasuringResult(double WindowMs, ProbeResult Probe, TcpResult Tcp);

/// <summary>What became of the UDP probes of a window.</summary>
/// <param name="IntervalMs">The time between two probes.</param>
/// <param name="Sent">Probes sent in the window.</param>
/// <param name="Lost">Those of them that were not answered half a second after the window's end.</param>
/// <param name="Duplicates">Answers that came more than once.</param>
/// <param name="PauseMs">The longest time for which the guest stood still, as its own clock shows in the answers, wherever they came from.</param>
/// <param name="LongestGapMs">The longest time without an answer: between two answers, or up to the window's end.</param>
/// <param name="LongestGapAtMs">When that began, counted from the window's start.</param>
/// <param name="MedianRttMs">Half of the answers took no longer.</param>
/// <param name="MaxRttMs">The longest that an answer took.</param>
/// <param name="MaxSenderLatenessMs">How late the client itself sent a probe at worst: gaps of this length are its own.</param>
public sealed record ProbeResult(
    double IntervalMs, long Sent, long Lost, long Duplicates, double PauseMs, double LongestGapMs, double LongestGapAtMs,
    double MedianRttMs, double MaxRttMs, double MaxSenderLatenessMs);

/// <summary>What became of the TCP connection in a window.</summary>
/// <param name="Survived">Whether it is the same connection still, and every counter came back once and in order.</param>
/// <param name="Counter">The last counter that came back.</param>
/// <param name="IntervalMs">The time between two messages.</param>
/// <param name="LongestGapMs">The longest time without an answer.</param>
/// <param name="Error">Why it did not survive; null when it did.</param>
public sealed record TcpResult(bool Survived, long Counter, double IntervalMs, double LongestGapMs, string? Error);
