using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Destination;

/// <summary>What a source asks of a destination before it moves a VM there.</summary>
public sealed record ReservationRequest
{
    /// <summary>The migration.</summary>
    public required MigrationId Id { get; init; }

    /// <summary>The VM.</summary>
    public required VmFacts Vm { get; init; }

    /// <summary>How its disks should get there.</summary>
    public required StorageMode Storage { get; init; }

    /// <summary>Files by which the destination can tell what it shares with the source.</summary>
    public required IReadOnlyList<StorageProbe> Probes { get; init; }
}

/// <summary>What the destination says.</summary>
public sealed record ReservationAnswer
{
    /// <summary>All checks, passed and failed.</summary>
    public required IReadOnlyList<CheckResult> Checks { get; init; }

    /// <summary>Target names of the disks that will be copied.</summary>
    public required IReadOnlyList<string> CopiedDisks { get; init; }
}

/// <summary>Who has the VM, as the destination says at the end.</summary>
/// <param name="Runs">true: the guest runs there and stays; false: no copy is there, and none will come of this migration.</param>
public sealed record SettlementAnswer(bool Runs);
