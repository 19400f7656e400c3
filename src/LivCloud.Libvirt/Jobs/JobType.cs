namespace LivCloud.Libvirt;

/// <summary>Whether a job runs or how it ended (virDomainJobType).</summary>
public enum JobType
{
    /// <summary>There is no job.</summary>
    None = 0,

    /// <summary>One runs whose end can be foreseen.</summary>
    Bounded = 1,

    /// <summary>One runs whose end can not be foreseen, such as a migration.</summary>
    Unbounded = 2,

    /// <summary>It completed.</summary>
    Completed = 3,

    /// <summary>It failed.</summary>
    Failed = 4,

    /// <summary>It was aborted.</summary>
    Cancelled = 5,
}

/// <summary>What a job does (virDomainJobOperation).</summary>
public enum JobOperation
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>The domain is being started.</summary>
    Start = 1,

    /// <summary>It is being saved.</summary>
    Save = 2,

    /// <summary>It is being restored.</summary>
    Restore = 3,

    /// <summary>It comes from another host.</summary>
    MigrationIn = 4,

    /// <summary>It goes to another host.</summary>
    MigrationOut = 5,

    /// <summary>A snapshot is being made.</summary>
    Snapshot = 6,

    /// <summary>A snapshot is being gone back to.</summary>
    SnapshotRevert = 7,

    /// <summary>Its memory is being dumped.</summary>
    Dump = 8,

    /// <summary>It is being backed up.</summary>
    Backup = 9,

    /// <summary>A snapshot is being deleted.</summary>
    SnapshotDelete = 10,
}
