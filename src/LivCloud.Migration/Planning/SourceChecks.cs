using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Planning;

/// <summary>What can be said against a move from the source's side alone.</summary>
public static class SourceChecks
{
    /// <summary>Checks the VM and the goals.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="source">Where it is.</param>
    /// <param name="goals">What is wanted.</param>
    public static IReadOnlyList<CheckResult> Evaluate(VmFacts vm, HostName source, MigrationGoals goals) =>
        [RunningCheck(vm, source), DevicesCheck(vm), .. vm.Disks.Select(disk => DiskCheck(vm, disk, goals.Storage)).OfType<CheckResult>()];

    /// <summary>The check that fails when a VM is being migrated already; null when it is not.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="destination">Where it would go.</param>
    /// <param name="open">The migrations that are open in the journal.</param>
    public static CheckResult? OtherMigrationCheck(VmFacts vm, HostName destination, IEnumerable<MigrationRecord> open) =>
        open.FirstOrDefault(record => record.VmUuid == vm.Uuid && !record.Phase.IsFinal()) is { } other ? AlreadyMigrating(vm.Name, destination, other) : null;

    /// <summary>Says that a VM can not be moved because <paramref name="other"/> is moving it.</summary>
    public static CheckResult AlreadyMigrating(string vm, HostName destination, MigrationRecord other) => new("other migrations",
        $"{vm} can not be moved to {destination} because migration {other.Id} is moving it to {other.Destination} already.",
        FailureCode.AlreadyMigrating, $"Wait for it (`livcloud migration watch {other.Id}`) or abort it.");

    private static CheckResult RunningCheck(VmFacts vm, HostName source) => vm.State == VmState.Running
        ? new CheckResult("VM state", $"{vm.Name} runs on {source}.")
        : new CheckResult("VM state", $"{vm.Name} can not be moved live because it is {Words(vm.State)} on {source}.",
            FailureCode.VmNotRunning, $"Start it with `virsh start {vm.Name}` (or `virsh resume`) and try again.");

    private static CheckResult DevicesCheck(VmFacts vm) => vm.Blockers.Count == 0
        ? new CheckResult("devices", $"{vm.Name} has no device that stays on its host.")
        : new CheckResult("devices", $"{vm.Name} can not be moved because it has {string.Join(", ", vm.Blockers)}.",
            FailureCode.VmNotMigratable, "Detach what is named (virsh detach-device --live) or shut the VM down to move it.");

    private static CheckResult? DiskCheck(VmFacts vm, VmDisk disk, StorageMode mode) => (disk.Kind, mode) switch
    {
        (DiskKind.Network, StorageMode.Copy) => new CheckResult($"disk {disk.Target}",
            $"Disk {disk.Target} of {vm.Name} is on a network server ({disk.Path}), which both hosts use, so it can not be copied.",
            FailureCode.InvalidRequest, "Use --storage shared or auto."),
        (DiskKind.Block, StorageMode.Copy) => new CheckResult($"disk {disk.Target}",
            $"Disk {disk.Target} of {vm.Name} is the block device {disk.Path}; LivCloud does not overwrite a block device at the destination.",
            FailureCode.VmNotMigratable, "Move the disk to an image file first (virsh blockcopy), or share the device and use --storage shared."),
        (DiskKind.File, StorageMode.Copy or StorageMode.Auto) when disk.Format is not ("qcow2" or "raw") => new CheckResult($"disk {disk.Target}",
            $"Disk {disk.Target} of {vm.Name} has the format {disk.Format}, and only qcow2 and raw images can be copied.",
            FailureCode.VmNotMigratable, "Convert it with `virsh blockcopy` to qcow2, or share it and use --storage shared."),
        _ => null,
    };

    private static string Words(VmState state) => state switch
    {
        VmState.Absent => "not there",
        VmState.ShutOff => "shut off",
        VmState.Running => "running",
        VmState.Paused => "paused",
        VmState.Other => "neither running nor shut off",
    };
}
