namespace LivCloud.Core;

/// <summary>Why something was refused or failed, for programs. The text for people travels beside it.</summary>
/// <remarks>The names are part of the HTTP API (field "code") and never change; each maps to one exit code of the CLI.</remarks>
public enum FailureCode
{
    /// <summary>A fault of LivCloud itself.</summary>
    Internal,

    /// <summary>The request makes no sense by itself: a field is missing, out of range or contradicts another.</summary>
    InvalidRequest,

    /// <summary>No VM of that name or UUID is on this host.</summary>
    UnknownVm,

    /// <summary>No host of that name is configured.</summary>
    UnknownHost,

    /// <summary>No migration of that id is in the journal.</summary>
    UnknownMigration,

    /// <summary>Source and destination are one host.</summary>
    SameHost,

    /// <summary>The VM is not running.</summary>
    VmNotRunning,

    /// <summary>The VM has a device or setting that can not be migrated.</summary>
    VmNotMigratable,

    /// <summary>The destination's CPU lacks a feature that the guest was given.</summary>
    CpuIncompatible,

    /// <summary>The destination's emulator lacks the guest's architecture or machine type.</summary>
    MachineTypeMissing,

    /// <summary>The destination has not enough free memory.</summary>
    MemoryShort,

    /// <summary>The destination has not enough free disk space.</summary>
    DiskSpaceShort,

    /// <summary>A disk's path can not be used at the destination: missing directory, existing file, not writable.</summary>
    DiskPathUnusable,

    /// <summary>A disk that should be shared is not visible at the destination.</summary>
    DiskNotShared,

    /// <summary>A network or bridge that the VM is attached to is missing at the destination.</summary>
    NetworkMissing,

    /// <summary>The destination already has a VM of that name or UUID.</summary>
    VmExistsAtDestination,

    /// <summary>The VM is being migrated already.</summary>
    AlreadyMigrating,

    /// <summary>It is too late (or too early) for that action in the migration's present phase.</summary>
    WrongPhase,

    /// <summary>The other agent could not be reached.</summary>
    PeerUnreachable,

    /// <summary>The other end's certificate is of another CA, expired, or for another name; or ours is refused there.</summary>
    PeerUntrusted,

    /// <summary>The connection to the other agent was lost for longer than the hold time.</summary>
    LinkLost,

    /// <summary>The journal could not be written.</summary>
    JournalUnwritable,

    /// <summary>The local libvirt daemon did not answer.</summary>
    HypervisorUnreachable,

    /// <summary>Libvirt or QEMU reported an error.</summary>
    HypervisorFailed,

    /// <summary>A user aborted the migration.</summary>
    Aborted,

    /// <summary>A goal such as the greatest downtime could not be met.</summary>
    GoalMissed,

    /// <summary>The guest writes to its memory faster than the path carries, so that a migration in passes has no end.</summary>
    WouldNotEnd,

    /// <summary>The outcome is not known yet; the VM is safe but may be paused.</summary>
    Stranded,

    /// <summary>The local agent does not answer on its socket.</summary>
    AgentUnreachable,
}

/// <summary>The CLI's exit codes, as documented in docs/reference.md.</summary>
public static class ExitCode
{
    /// <summary>All that was asked for was done.</summary>
    public const int Success = 0;

    /// <summary>A fault of LivCloud, or of libvirt or QEMU, that no other code tells.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the request is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A VM, host or migration of that name is not known.</summary>
    public const int NotFound = 3;

    /// <summary>Refused before anything was changed: the move would not work.</summary>
    public const int Refused = 4;

    /// <summary>The local agent, libvirt or the other agent could not be reached.</summary>
    public const int Unreachable = 5;

    /// <summary>A certificate was refused.</summary>
    public const int Untrusted = 6;

    /// <summary>Something else is under way: the VM is being migrated, or it is too late for that action.</summary>
    public const int Conflict = 7;

    /// <summary>The migration was tried and rolled back; the VM stays at the source.</summary>
    public const int RolledBack = 8;

    /// <summary>The migration is stranded; see `livcloud migration resolve`.</summary>
    public const int Stranded = 9;

    /// <summary>The user interrupted the command (as a shell reports SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>The exit code for a request that was refused or failed with <paramref name="code"/>.</summary>
    public static int For(FailureCode code) => code switch
    {
        FailureCode.Internal or FailureCode.HypervisorFailed or FailureCode.JournalUnwritable => Failure,
        FailureCode.InvalidRequest => Usage,
        FailureCode.UnknownVm or FailureCode.UnknownHost or FailureCode.UnknownMigration => NotFound,
        FailureCode.SameHost or FailureCode.VmNotRunning or FailureCode.VmNotMigratable or FailureCode.CpuIncompatible
            or FailureCode.MachineTypeMissing or FailureCode.MemoryShort or FailureCode.DiskSpaceShort or FailureCode.DiskPathUnusable
            or FailureCode.DiskNotShared or FailureCode.NetworkMissing or FailureCode.VmExistsAtDestination => Refused,
        FailureCode.PeerUnreachable or FailureCode.HypervisorUnreachable or FailureCode.AgentUnreachable => Unreachable,
        FailureCode.PeerUntrusted => Untrusted,
        FailureCode.AlreadyMigrating or FailureCode.WrongPhase => Conflict,
        FailureCode.LinkLost or FailureCode.Aborted or FailureCode.GoalMissed or FailureCode.WouldNotEnd => RolledBack,
        FailureCode.Stranded => Stranded,
    };
}
