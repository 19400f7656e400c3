namespace LivCloud.Libvirt;

/// <summary>What happened to a domain (virDomainEventType).</summary>
public enum LifecycleEvent
{
    /// <summary>It was defined.</summary>
    Defined = 0,

    /// <summary>Its definition was removed.</summary>
    Undefined = 1,

    /// <summary>It was started.</summary>
    Started = 2,

    /// <summary>Its CPUs were paused.</summary>
    Suspended = 3,

    /// <summary>Its CPUs run again.</summary>
    Resumed = 4,

    /// <summary>It stopped.</summary>
    Stopped = 5,

    /// <summary>The guest shut down.</summary>
    Shutdown = 6,

    /// <summary>The guest suspended itself.</summary>
    PowerManagementSuspended = 7,

    /// <summary>The guest crashed.</summary>
    Crashed = 8,
}

/// <summary>How or why it happened: the event times 256, plus libvirt's detail (virDomainEvent…DetailType).</summary>
public enum LifecycleDetail
{
    /// <summary>A new definition.</summary>
    DefinedAdded = 0x000,

    /// <summary>The definition changed.</summary>
    DefinedUpdated = 0x001,

    /// <summary>The new name of a domain that was renamed.</summary>
    DefinedRenamed = 0x002,

    /// <summary>The definition came from a snapshot.</summary>
    DefinedFromSnapshot = 0x003,

    /// <summary>The definition was removed.</summary>
    UndefinedRemoved = 0x100,

    /// <summary>The old name of a domain that was renamed.</summary>
    UndefinedRenamed = 0x101,

    /// <summary>It was started as usual.</summary>
    StartedBooted = 0x200,

    /// <summary>It comes from another host; its CPUs do not run yet.</summary>
    StartedMigrated = 0x201,

    /// <summary>It was restored from a file.</summary>
    StartedRestored = 0x202,

    /// <summary>It was started from a snapshot.</summary>
    StartedFromSnapshot = 0x203,

    /// <summary>It woke up.</summary>
    StartedWakeUp = 0x204,

    /// <summary>A client paused it.</summary>
    SuspendedPaused = 0x300,

    /// <summary>It is paused for the switch-over of a migration.</summary>
    SuspendedMigrated = 0x301,

    /// <summary>A disk failed.</summary>
    SuspendedIoError = 0x302,

    /// <summary>The watchdog fired.</summary>
    SuspendedWatchdog = 0x303,

    /// <summary>It was restored from a file of a paused guest.</summary>
    SuspendedRestored = 0x304,

    /// <summary>It was restored from a snapshot of a paused guest.</summary>
    SuspendedFromSnapshot = 0x305,

    /// <summary>A call of libvirt failed half-way.</summary>
    SuspendedApiError = 0x306,

    /// <summary>It is paused at the source because post-copy began.</summary>
    SuspendedPostCopy = 0x307,

    /// <summary>It is paused because post-copy broke.</summary>
    SuspendedPostCopyFailed = 0x308,

    /// <summary>A client resumed it.</summary>
    ResumedUnpaused = 0x400,

    /// <summary>It runs at the destination, or at the source again after a failed migration.</summary>
    ResumedMigrated = 0x401,

    /// <summary>It was resumed from a snapshot.</summary>
    ResumedFromSnapshot = 0x402,

    /// <summary>It runs at the destination while pages still come from the source.</summary>
    ResumedPostCopy = 0x403,

    /// <summary>It runs although post-copy broke.</summary>
    ResumedPostCopyFailed = 0x404,

    /// <summary>The guest shut down.</summary>
    StoppedShutdown = 0x500,

    /// <summary>A client destroyed it.</summary>
    StoppedDestroyed = 0x501,

    /// <summary>The guest crashed.</summary>
    StoppedCrashed = 0x502,

    /// <summary>It went to another host.</summary>
    StoppedMigrated = 0x503,

    /// <summary>It was saved to a file.</summary>
    StoppedSaved = 0x504,

    /// <summary>The hypervisor or the host failed; at the destination, an incoming migration failed.</summary>
    StoppedFailed = 0x505,

    /// <summary>A snapshot of an inactive domain was loaded.</summary>
    StoppedFromSnapshot = 0x506,

    /// <summary>The guest finished its shutdown.</summary>
    ShutdownFinished = 0x600,

    /// <summary>The guest asked for its shutdown.</summary>
    ShutdownByGuest = 0x601,

    /// <summary>The host asked for its shutdown.</summary>
    ShutdownByHost = 0x602,

    /// <summary>Suspended to memory.</summary>
    PowerManagementSuspendedToMemory = 0x700,

    /// <summary>Suspended to disk.</summary>
    PowerManagementSuspendedToDisk = 0x701,

    /// <summary>The guest's kernel panicked.</summary>
    CrashedPanicked = 0x800,

    /// <summary>The guest's kernel loaded its crash kernel.</summary>
    CrashedCrashLoaded = 0x801,
}
