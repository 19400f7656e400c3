using System.Text.Json.Serialization;
using LivCloud.Core;

namespace LivCloud.Migration.Planning;

/// <summary>What the user wants of a move.</summary>
/// <param name="Storage">How disks get there.</param>
/// <param name="SourceDisk">What becomes of copied images at the source.</param>
/// <param name="MaxDowntime">The longest pause that is wanted; null: as short as the path allows.</param>
/// <param name="MaxBandwidth">The most it may send; null: no limit.</param>
/// <param name="Transport">What it is sent over; null: as the agent is set up.</param>
/// <param name="Priority">What it takes of a path that others use too, as long as the guest runs; null: it leaves the path to them unless a goal needs more.</param>
public sealed record MigrationGoals(
    StorageMode Storage, SourceDisk SourceDisk, TimeSpan? MaxDowntime, Bandwidth? MaxBandwidth, LinkTransport? Transport = null, TrafficPriority? Priority = null)
{
    /// <summary>By when, from the request on, it is over or rolled back; null: when it is.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether the guest may go on at the destination before all its memory is there.</summary>
    public bool AllowsPostCopy { get; init; }

    /// <summary>Whether it is tried although it should miss its goals, or not end.</summary>
    public bool IsForced { get; init; }

    /// <summary>Whether it must be known beforehand what the move would take: only then can be said whether it meets them.</summary>
    [JsonIgnore]
    public bool NeedForesight => !IsForced && (Deadline is not null || MaxDowntime is not null || AllowsPostCopy);
}
