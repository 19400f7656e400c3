namespace LivCloud.Libvirt;

/// <summary>The state of a domain (virDomainState).</summary>
public enum DomainState
{
    /// <summary>Not known.</summary>
    NoState = 0,

    /// <summary>Its CPUs run.</summary>
    Running = 1,

    /// <summary>Blocked on a resource.</summary>
    Blocked = 2,

    /// <summary>Its CPUs are paused; the reason is a <see cref="PausedReason"/>.</summary>
    Paused = 3,

    /// <summary>The guest is shutting down.</summary>
    ShuttingDown = 4,

    /// <summary>Not active.</summary>
    ShutOff = 5,

    /// <summary>The guest crashed.</summary>
    Crashed = 6,

    /// <summary>The guest suspended itself.</summary>
    PowerManagementSuspended = 7,
}

/// <summary>Why a domain is paused (virDomainPausedReason).</summary>
public enum PausedReason
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>A client asked for it.</summary>
    User = 1,

    /// <summary>It is being migrated: at the source it has been handed over, at the destination it is still on its way.</summary>
    Migration = 2,

    /// <summary>It is being saved.</summary>
    Save = 3,

    /// <summary>Its memory is being dumped.</summary>
    Dump = 4,

    /// <summary>A disk failed.</summary>
    IoError = 5,

    /// <summary>Its watchdog fired.</summary>
    Watchdog = 6,

    /// <summary>It was restored from a snapshot.</summary>
    FromSnapshot = 7,

    /// <summary>It is shutting down.</summary>
    ShuttingDown = 8,

    /// <summary>A snapshot is being made.</summary>
    Snapshot = 9,

    /// <summary>The guest crashed.</summary>
    Crashed = 10,

    /// <summary>It is starting.</summary>
    StartingUp = 11,

    /// <summary>It is in post-copy: the guest runs at the destination.</summary>
    PostCopy = 12,

    /// <summary>Post-copy broke; it can be resumed with <see cref="MigrateFlags.PostCopyResume"/>.</summary>
    PostCopyFailed = 13,
}

/// <summary>Why a domain runs (virDomainRunningReason).</summary>
public enum RunningReason
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>It was started.</summary>
    Booted = 1,

    /// <summary>It came from another host.</summary>
    Migrated = 2,

    /// <summary>It was restored from a file.</summary>
    Restored = 3,

    /// <summary>It was restored from a snapshot.</summary>
    FromSnapshot = 4,

    /// <summary>It was paused before.</summary>
    Unpaused = 5,

    /// <summary>A migration was aborted or failed.</summary>
    MigrationCanceled = 6,

    /// <summary>Saving it was aborted or failed.</summary>
    SaveCanceled = 7,

    /// <summary>The guest had suspended itself.</summary>
    WakeUp = 8,

    /// <summary>It had crashed.</summary>
    Crashed = 9,

    /// <summary>It is in post-copy: pages still come from the source.</summary>
    PostCopy = 10,

    /// <summary>Post-copy broke: it runs until it needs a page that is still at the source.</summary>
    PostCopyFailed = 11,
}

/// <summary>Why a domain is off (virDomainShutoffReason).</summary>
public enum ShutOffReason
{
    /// <summary>Not known; also for a domain that was never started.</summary>
    Unknown = 0,

    /// <summary>The guest shut down.</summary>
    Shutdown = 1,

    /// <summary>A client destroyed it.</summary>
    Destroyed = 2,

    /// <summary>It crashed.</summary>
    Crashed = 3,

    /// <summary>It went to another host.</summary>
    Migrated = 4,

    /// <summary>It was saved to a file.</summary>
    Saved = 5,

    /// <summary>It failed to start, or the hypervisor died.</summary>
    Failed = 6,

    /// <summary>A snapshot of an inactive domain was loaded.</summary>
    FromSnapshot = 7,

    /// <summary>The daemon ended it.</summary>
    Daemon = 8,
}
