namespace LivCloud.Core;

/// <summary>Where a migration stands. The order is that of a migration that succeeds; what may follow what is in the engine.</summary>
public enum MigrationPhase
{
    /// <summary>A user asked for it; it is in the source agent's journal and nothing else happened.</summary>
    Requested,

    /// <summary>All checks passed and the destination holds a reservation.</summary>
    Planned,

    /// <summary>Images, sockets and relays are being made ready at both ends.</summary>
    Preparing,

    /// <summary>The disks' contents are on their way; the guest runs and writes go to both ends.</summary>
    CopyingDisks,

    /// <summary>The memory is on its way in passes; the guest runs at the source.</summary>
    PreCopy,

    /// <summary>The guest is paused at the source; the rest of its state is on its way.</summary>
    SwitchOver,

    /// <summary>The source copy is fenced and the destination was told to run the guest.</summary>
    Finishing,

    /// <summary>The guest runs at the destination; the source copy is gone.</summary>
    Completed,

    /// <summary>It failed or was aborted; the destination is being cleared.</summary>
    RollingBack,

    /// <summary>The guest runs at the source; nothing of the migration is left at the destination.</summary>
    RolledBack,

    /// <summary>It is not known which end has the guest; the source copy stays fenced until the destination answers or an operator decides.</summary>
    Stranded,
}

/// <summary>What can be told of a phase by itself.</summary>
public static class MigrationPhases
{
    /// <summary>Whether a migration in this phase is over for good.</summary>
    public static bool IsFinal(this MigrationPhase phase) => phase is MigrationPhase.Completed or MigrationPhase.RolledBack;
}
