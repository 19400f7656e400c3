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

    /// <summary>What it takes of a path that others use too, as long as the guest runs.</summary>
    public TrafficPriority Priority { get; init; } = TrafficPriority.Background;

    /// <summary>The most that the migration may send, in bits per second; null: no limit.</summary>
    public long? MaxBandwidthBitsPerSecond { get; init; }
}
