using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Ports;

/// <summary>The local libvirt, as the engine sees it. Calls fail with <see cref="FailureException"/>.</summary>
public interface IHypervisor
{
    /// <summary>Reads a VM by name or UUID; null when the host does not have it.</summary>
    Task<VmFacts?> DescribeAsync(string nameOrUuid, CancellationToken cancellationToken);

    /// <summary>What the VM does now.</summary>
    Task<VmState> GetStateAsync(Guid vm, CancellationToken cancellationToken);

    /// <summary>Whether the VM is paused because somebody paused it; one that waits for its incoming migration is not.</summary>
    Task<bool> IsPausedByUserAsync(Guid vm, CancellationToken cancellationToken);

    /// <summary>What this host can say about taking <paramref name="vm"/>; places are not filled in.</summary>
    Task<DestinationFacts> AppraiseAsync(VmFacts vm, CancellationToken cancellationToken);

    /// <summary>Starts libvirt's migration of a VM that runs here.</summary>
    Task<IOutgoingMigration> StartMigrationAsync(OutgoingOrder order, CancellationToken cancellationToken);

    /// <summary>Aborts the migration that the VM is in and waits until it is over; does nothing when there is none, and to other jobs.</summary>
    Task AbortJobAsync(Guid vm, CancellationToken cancellationToken);

    /// <summary>Lets a paused guest run again; does nothing when it runs.</summary>
    Task ResumeAsync(Guid vm, CancellationToken cancellationToken);

    /// <summary>Ends the VM's process at once, and with <paramref name="undefine"/> removes its definition; does nothing when it is not there.</summary>
    Task DestroyAsync(Guid vm, bool undefine, CancellationToken cancellationToken);

    /// <summary>Sets whether libvirt starts the VM with the host; does nothing for a transient VM.</summary>
    Task SetStartsWithHostAsync(Guid vm, bool starts, CancellationToken cancellationToken);

    /// <summary>The emulator process of a VM that runs here; null when there is none.</summary>
    Task<Journal.EmulatorIdentity?> FindEmulatorAsync(Guid vm, CancellationToken cancellationToken);
}

/// <summary>What libvirt is told to do.</summary>
public sealed record OutgoingOrder
{
    /// <summary>The VM.</summary>
    public required Guid Vm { get; init; }

    /// <summary>URI of the destination's libvirt, through the local relay.</summary>
    public required string ConnectionUri { get; init; }

    /// <summary>URI for the memory, through the local relay.</summary>
    public required string MigrationUri { get; init; }

    /// <summary>URI for the disks, through the local relay.</summary>
    public required string DisksUri { get; init; }

    /// <summary>Target names of the disks whose contents are copied; empty: none.</summary>
    public required IReadOnlyList<string> CopiedDisks { get; init; }

    /// <summary>Whether the definition moves too.</summary>
    public required bool IsPersistent { get; init; }

    /// <summary>How long the last memory pass may take at first.</summary>
    public required TimeSpan DowntimeLimit { get; init; }

    /// <summary>How much of this host's memory may hold pages as they were sent; see <see cref="PreCopy.DeltaCache"/>.</summary>
    public required ByteSize DeltaCache { get; init; }
}

/// <summary>A migration that libvirt works on.</summary>
public interface IOutgoingMigration : IAsyncDisposable
{
    /// <summary>Ends when libvirt's call has returned: normally when the guest runs at the destination, with a <see cref="FailureException"/> otherwise.</summary>
    Task Completion { get; }

    /// <summary>Ends when the guest was paused for the switch-over, or never.</summary>
    Task Paused { get; }

    /// <summary>How far it is; null while libvirt can not tell.</summary>
    Task<JobProgress?> GetProgressAsync(CancellationToken cancellationToken);

    /// <summary>The figures of the completed job; null when libvirt did not report them.</summary>
    JobProgress? FinalFigures { get; }

    /// <summary>Changes how long the last memory pass may take.</summary>
    Task SetDowntimeLimitAsync(TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Lets the emulator slow the guest, ever more, as long as it writes faster than its memory is sent.</summary>
    /// <param name="most">By how much of its processors' time at most, 0.2 to 0.99.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task SlowGuestAsync(double most, CancellationToken cancellationToken);
}

/// <summary>Libvirt's figures of a migration job.</summary>
public sealed record JobProgress
{
    /// <summary>Disk contents in all, in bytes.</summary>
    public long DiskTotalBytes { get; init; }

    /// <summary>Disk contents sent, in bytes.</summary>
    public long DiskDoneBytes { get; init; }

    /// <summary>Guest memory, in bytes.</summary>
    public long MemoryTotalBytes { get; init; }

    /// <summary>Memory sent, in bytes.</summary>
    public long MemoryDoneBytes { get; init; }

    /// <summary>Memory still to send in this pass, in bytes.</summary>
    public long MemoryRemainingBytes { get; init; }

    /// <summary>The pass, from 1; 0 before the first.</summary>
    public int Iteration { get; init; }

    /// <summary>How fast the guest changes memory, in bytes per second.</summary>
    public long DirtyBytesPerSecond { get; init; }

    /// <summary>By how much of its processors' time the guest is slowed, 0 to 0.99.</summary>
    public double Throttle { get; init; }

    /// <summary>How long the guest was paused; null until known.</summary>
    public TimeSpan? Downtime { get; init; }
}
