using LivCloud.Migration.Journal;
using LivCloud.Migration.Ports;

namespace LivCloud.Migration.Source;

/// <summary>A migration as it is at one instant.</summary>
/// <param name="Record">What the journal holds.</param>
/// <param name="Progress">Libvirt's figures; null before there are any and when it is over.</param>
/// <param name="Links">How many links to the destination are up; null before there is a session and when it is over.</param>
/// <param name="BitsPerSecond">What it sends now, in bits per second.</param>
public sealed record MigrationSnapshot(MigrationRecord Record, JobProgress? Progress, int? Links, long BitsPerSecond);
