using LivCloud.Core;

namespace LivCloud.Api;

/// <summary>What to move, where to and within which goals.</summary>
public sealed record MigrationRequest
{
    /// <summary>The VM's name or UUID.</summary>
    public required string Vm { get; init; }

    /// <summary>The name of the host to move it to.</summary>
    public required string Destination { get; init; }

    /// <summary>How its disks get there.</summary>
    public StorageMode Storage { get; init; } = StorageMode.Auto;

    /// <summary>What becomes of the disk images at the source once the migration is completed.</summary>
    public SourceDisk SourceDisk { get; init; } = SourceDisk.Keep;

    /// <summary>The longest pause of the guest that is wanted, in milliseconds, 1 to 60,000; a plan refuses what the path can not meet.</summary>
    /// <remarks>null: there is no goal. The last memory may then take up to 300 ms, and the path's own cost comes on top.</remarks>
    public double? MaxDowntimeMs { get; init; }

    /// <summary>What it is sent over; null: as the source's agent is set up.</summary>
    public LinkTransport? Transport { get; init; }

    /// <summary>What it takes of a path that others use too, as long as the guest runs; null: it leaves the path to them unless a goal needs more.</summary>
    public TrafficPriority? Priority { get; init; }

    /// <summary>How long the migration may take, in seconds, 5 to 604,800: by then it is completed, or rolled back. null: as long as it takes.</summary>
    public double? DeadlineSeconds { get; init; }

    /// <summary>Whether it is tried although a plan says that it should miss its goals, or not end.</summary>
    /// <remarks>The guest may then be slowed by all but a hundredth of its processors' time. A deadline is kept all the same.</remarks>
    public bool Force { get; init; }

    /// <summary>The most that the migration may send, in bits per second; null: no limit.</summary>
    public long? MaxBandwidthBitsPerSecond { get; init; }
}
