using LivCloud.Migration.Journal;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Steering;

namespace LivCloud.Migration.Source;

/// <summary>A migration as it is at one instant.</summary>
/// <param name="Record">What the journal holds.</param>
/// <param name="Progress">Libvirt's figures; null before there are any and when it is over.</param>
/// <param name="Path">The way to the destination; null before there is a session and when it is over.</param>
/// <param name="BitsPerSecond">What it sends now, in bits per second.</param>
/// <param name="Outlook">What it still takes; null while the guest does not run at the source with the move under way.</param>
public sealed record MigrationSnapshot(MigrationRecord Record, JobProgress? Progress, PathCondition? Path, long BitsPerSecond, LiveOutlook? Outlook = null);

/// <summary>How the way to the destination is.</summary>
/// <param name="Links">How many links are up.</param>
/// <param name="Silence">How long nothing has come from there; null while no link is up.</param>
/// <param name="HoldRemaining">How long the connection may still take to be restored; null while a link is up.</param>
public sealed record PathCondition(int Links, TimeSpan? Silence, TimeSpan? HoldRemaining)
{
    /// <summary>The present condition of a channel.</summary>
    public static PathCondition Of(IMigrationChannel channel) => new(channel.Links, channel.Silence, channel.HoldRemaining);
}
