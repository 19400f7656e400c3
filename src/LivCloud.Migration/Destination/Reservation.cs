using LivCloud.Core;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Destination;

/// <summary>What this host holds for a VM that is on its way here.</summary>
public sealed record Reservation
{
    /// <summary>The migration.</summary>
    public required MigrationId Id { get; init; }

    /// <summary>The host it comes from; only that host's agent may act on it.</summary>
    public required HostName Source { get; init; }

    /// <summary>The VM.</summary>
    public required VmFacts Vm { get; init; }

    /// <summary>Target names of the disks that are copied.</summary>
    public required IReadOnlyList<string> CopiedDisks { get; init; }

    /// <summary>Paths of images that were, or were about to be, created for it; they go when the VM does not come.</summary>
    public IReadOnlyList<string> CreatedImages { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public required ReservationState State { get; init; }

    /// <summary>Whether the VM's memory is set aside: from when it runs here, the host's own figures have it.</summary>
    public bool HoldsMemory => State is ReservationState.Reserved or ReservationState.Prepared;

    /// <summary>Whether anything is still to be done about it.</summary>
    public bool IsOpen => State is not (ReservationState.Taken or ReservationState.Cleared);
}

/// <summary>Where a reservation stands.</summary>
public enum ReservationState
{
    /// <summary>Memory and disk space are set aside.</summary>
    Reserved,

    /// <summary>Images and sockets are there; the source may open its streams.</summary>
    Prepared,

    /// <summary>The guest was run here; only the books are still open. What becomes of the VM from now on is its users' business.</summary>
    Resumed,

    /// <summary>No copy is here and none will be, but images that were made for it could not be removed yet.</summary>
    Clearing,

    /// <summary>Over: the guest was run here.</summary>
    Taken,

    /// <summary>Over: no copy is here, and what was prepared is gone.</summary>
    Cleared,
}
