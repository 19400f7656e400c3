using LivCloud.Core;

namespace LivCloud.Migration.Planning;

/// <summary>What the user wants of a move.</summary>
/// <param name="Storage">How disks get there.</param>
/// <param name="SourceDisk">What becomes of copied images at the source.</param>
/// <param name="MaxDowntime">The longest pause that is wanted; null: as short as the path allows.</param>
/// <param name="MaxBandwidth">The most it may send; null: no limit.</param>
/// <param name="Transport">What it is sent over; null: as the agent is set up.</param>
/// <param name="Priority">What it takes of a path that others use too, as long as the guest runs.</param>
public sealed record MigrationGoals(
    StorageMode Storage, SourceDisk SourceDisk, TimeSpan? MaxDowntime, Bandwidth? MaxBandwidth, LinkTransport? Transport = null,
    TrafficPriority Priority = TrafficPriority.Background);
