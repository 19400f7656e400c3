using LivCloud.Core;

namespace LivCloud.Migration.Ports;

/// <summary>What a path was seen to carry.</summary>
/// <param name="At">When.</param>
/// <param name="Rate">What arrived.</param>
/// <param name="RoundTrip">The round trip, with nothing else on the way.</param>
/// <param name="SentAgainShare">How much of the packets was sent again, 0 to 1.</param>
public sealed record PathMeasure(DateTimeOffset At, Bandwidth Rate, TimeSpan RoundTrip, double SentAgainShare);
