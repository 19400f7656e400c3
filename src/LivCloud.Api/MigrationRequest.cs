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

    /// <summary>The longest pause of the guest that is wanted, in milliseconds, 1 to 60,000.</summary>
    public double MaxDowntimeMs { get; init; } = 300;

    /// <summary>The most that the migration may send, in bits per second; null: no limit.</summary>
    public long? MaxBandwidthBitsPerSecond { get; init; }
}

/// <summary>How disks get to the destination.</summary>
public enum StorageMode
{
    /// <summary>Shared where the destination sees the same disk, copied otherwise.</summary>
    Auto,

    /// <summary>Both hosts use the same disk; nothing is copied.</summary>
    Shared,

    /// <summary>The contents are copied while the guest runs.</summary>
    Copy,
}

/// <summary>What becomes of a copied disk's image at the source once the migration is completed.</summary>
public enum SourceDisk
{
    /// <summary>It stays as it is.</summary>
    Keep,

    /// <summary>It is renamed to "NAME.moved-ID", so that the VM can come back to the same path.</summary>
    Rename,

    /// <summary>It is deleted.</summary>
    Delete,
}
