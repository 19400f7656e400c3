using LivCloud.Migration.Ports;

namespace LivCloud.Migration.Steering;

/// <summary>What is seen of a move that is under way.</summary>
/// <param name="Elapsed">How long ago it was asked for.</param>
/// <param name="Progress">Libvirt's figures.</param>
/// <param name="SentBytes">What was sent so far.</param>
/// <param name="IsConnected">Whether the destination can be reached.</param>
/// <param name="RoundTrip">The path's round trip.</param>
public sealed record MoveSight(TimeSpan Elapsed, JobProgress Progress, long SentBytes, bool IsConnected, TimeSpan RoundTrip);

/// <summary>What can be said of a move that is under way.</summary>
/// <param name="Remaining">How long it takes still; null while that is not known, and when it would not end.</param>
/// <param name="Ends">Whether it would end; true also while that is not known.</param>
/// <param name="StalledFor">How long nothing has been sent although the destination can be reached; null when that is not so.</param>
public sealed record LiveOutlook(TimeSpan? Remaining, bool Ends, TimeSpan? StalledFor);
