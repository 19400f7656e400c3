using LivCloud.Core;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Planning;

/// <summary>Whether a destination can take a VM, and how each disk would get there. Pure: facts in, checks out.</summary>
public static class DestinationChecks
{
    /// <summary>Space that must stay free beside a copied image, in bytes: its metadata and what the guest writes meanwhile.</summary>
    public const long DiskReserveBytes = 64L << 20;

    /// <summary>Memory that an emulator takes beside the guest's own, in bytes.</summary>
    public const long EmulatorOverheadBytes = 64L << 20;

    /// <summary>Checks everything; all checks are made so that a user sees all that is wrong at once.</summary>
    public static IReadOnlyList<CheckResult> Evaluate(VmFacts vm, DestinationFacts host, StorageMode mode) =>
    [
        ExistingCheck(vm, host), MachineCheck(vm, host), CpuCheck(vm, host), MemoryCheck(vm, host), NetworkCheck(vm, host),
        .. vm.Disks.Select(disk => DiskCheck(vm, disk, host, mode)), SpaceCheck(vm, host, mode),
    ];

    /// <summary>How <paramref name="disk"/> gets there when all checks pass; never <see cref="StorageMode.Auto"/>.</summary>
    public static StorageMode Decide(VmDisk disk, DestinationFacts host, StorageMode mode) => disk is not { Kind: DiskKind.File, IsReadOnly: false }
        ? StorageMode.Shared
        : mode switch
        {
            StorageMode.Shared or StorageMode.Copy => mode,
            StorageMode.Auto => Place(disk, host).SeesSourceFile ? StorageMode.Shared : StorageMode.Copy,
        };

    private static CheckResult ExistingCheck(VmFacts vm, DestinationFacts host) => host.ExistingVm == VmState.Absent
        ? new CheckResult("name", $"{host.Host} has no other VM {vm.Name}.")
        : new CheckResult("name", $"{vm.Name} can not be moved to {host.Host} because a VM of that name or UUID exists there.",
            FailureCode.VmExistsAtDestination, $"If it is not needed there, remove it on {host.Host} with `virsh undefine {vm.Name}`.");

    private static CheckResult MachineCheck(VmFacts vm, DestinationFacts host) => host.OffersMachineType
        ? new CheckResult("machine type", $"{host.Host} offers {vm.MachineType}.")
        : new CheckResult("machine type",
            $"{vm.Name} can not be moved to {host.Host} because the emulator there has no machine type {vm.MachineType} ({vm.Architecture}, {vm.VirtualizationType}).",
            FailureCode.MachineTypeMissing,
            $"Install a QEMU on {host.Host} that has it, or give the VM a machine type that both have (`virsh domcapabilities` lists them) and restart it.");

    private static CheckResult CpuCheck(VmFacts vm, DestinationFacts host) => host.CpuProblem is not { } problem
        ? new CheckResult("CPU", $"{host.Host} has all CPU features that {vm.Name} was given.")
        : new CheckResult("CPU", $"{vm.Name} can not be moved to {host.Host} because the CPU there does not suit it: {problem.TrimEnd('.')}.",
            FailureCode.CpuIncompatible, "Give the VM a CPU model that both hosts have (virsh hypervisor-cpu-baseline) and restart it.");

    private static CheckResult MemoryCheck(VmFacts vm, DestinationFacts host) => host.MemoryFreeBytes >= vm.MemoryBytes + EmulatorOverheadBytes
        ? new CheckResult("memory", $"{host.Host} has {new ByteSize(host.MemoryFreeBytes)} free; {vm.Name} needs {new ByteSize(vm.MemoryBytes)}.")
        : new CheckResult("memory",
            $"{vm.Name} can not be moved to {host.Host} because it needs {new ByteSize(vm.MemoryBytes + EmulatorOverheadBytes)} of memory and {new ByteSize(Math.Max(0, host.MemoryFreeBytes))} are free there.",
            FailureCode.MemoryShort, $"Free memory on {host.Host}, or choose another host.");

    private static CheckResult NetworkCheck(VmFacts vm, DestinationFacts host) => host.MissingAttachments.Count == 0
        ? new CheckResult("network", $"{host.Host} has all networks that {vm.Name} is attached to.")
        : new CheckResult("network", $"{vm.Name} can not be moved to {host.Host} because {string.Join(", ", host.MissingAttachments)} is missing there.",
            FailureCode.NetworkMissing, $"Create it on {host.Host} so that the VM finds the same network.");

    private static CheckResult DiskCheck(VmFacts vm, VmDisk disk, DestinationFacts host, StorageMode mode)
    {
        var name = $"disk {disk.Target}";
        if (disk.Kind is DiskKind.Network or DiskKind.Block or DiskKind.Empty)
        {
            return disk.Kind == DiskKind.Block && !Place(disk, host).Exists
                ? new CheckResult(name, $"Disk {disk.Target} of {vm.Name} is the block device {disk.Path}, which {host.Host} does not have.",
                    FailureCode.DiskNotShared, $"Attach the device to {host.Host} under the same path.")
                : new CheckResult(name, $"{disk.Path ?? "The empty drive"} is used by both hosts.");
        }

        var place = Place(disk, host);
        if (disk.IsReadOnly)
        {
            return place.Exists
                ? new CheckResult(name, $"{disk.Path} is read only and found on {host.Host} too.")
                : new CheckResult(name, $"Disk {disk.Target} of {vm.Name} is the read-only file {disk.Path}, which {host.Host} does not have.",
                    FailureCode.DiskNotShared, $"Put the same file there, or eject it with `virsh change-media {vm.Name} {disk.Target} --eject`.");
        }

        return Decide(disk, host, mode) == StorageMode.Shared ? SharedCheck(vm, disk, host, place, name) : CopyCheck(vm, disk, host, place, name);
    }

    private static CheckResult SharedCheck(VmFacts vm, VmDisk disk, DestinationFacts host, DiskPlace place, string name) => place.SeesSourceFile
        ? new CheckResult(name, $"{host.Host} sees the same file {disk.Path}.")
        : new CheckResult(name, $"Disk {disk.Target} of {vm.Name} can not be shared because {host.Host} does not see the source's {disk.Path}.",
            FailureCode.DiskNotShared, "Mount the same storage under the same path there, or use --storage copy.");

    private static CheckResult CopyCheck(VmFacts vm, VmDisk disk, DestinationFacts host, DiskPlace place, string name) => place switch
    {
        { SeesSourceFile: true } => new CheckResult(name,
            $"Disk {disk.Target} of {vm.Name} can not be copied to {host.Host} because {disk.Path} is the same file there.",
            FailureCode.DiskPathUnusable, "Use --storage shared or auto."),
        { DirectoryUsable: false } => new CheckResult(name,
            $"Disk {disk.Target} of {vm.Name} can not be copied to {host.Host} because the directory of {disk.Path} does not exist there or can not be written to.",
            FailureCode.DiskPathUnusable, $"Create {Path.GetDirectoryName(disk.Path)} on {host.Host}."),
        { Exists: true } => new CheckResult(name,
            $"Disk {disk.Target} of {vm.Name} can not be copied to {host.Host} because {disk.Path} exists there and is not overwritten.",
            FailureCode.DiskPathUnusable, $"Move it away on {host.Host}; to move VMs there and back use --source-disk rename or delete."),
        _ => new CheckResult(name, $"{disk.Path} ({new ByteSize(disk.AllocationBytes)} of {new ByteSize(disk.CapacityBytes)}) is copied to {host.Host}."),
    };

    private static CheckResult SpaceCheck(VmFacts vm, DestinationFacts host, StorageMode mode)
    {
        // Places are compared one by one: disks in one directory share its space, so all copied disks together must fit the smallest.
        var copied = vm.Disks.Where(disk => Decide(disk, host, mode) == StorageMode.Copy && Place(disk, host).DirectoryUsable).ToList();
        var needed = copied.Sum(disk => Math.Min(disk.CapacityBytes, disk.AllocationBytes) + DiskReserveBytes);
        var free = copied.Count == 0 ? long.MaxValue : copied.Min(disk => Place(disk, host).FreeBytes);
        return free >= needed
            ? new CheckResult("disk space", copied.Count == 0 ? "No disk is copied." : $"{host.Host} has {new ByteSize(free)} free; {new ByteSize(needed)} are needed.")
            : new CheckResult("disk space",
                $"{vm.Name} can not be moved to {host.Host} because its disks need {new ByteSize(needed)} and {new ByteSize(free)} are free there.",
                FailureCode.DiskSpaceShort, $"Free space on {host.Host}, or use shared storage.");
    }

    private static DiskPlace Place(VmDisk disk, DestinationFacts host) => host.Places.FirstOrDefault(place => place.Target == disk.Target)
        ?? new DiskPlace { Target = disk.Target, SeesSourceFile = false, Exists = false, DirectoryUsable = false, FreeBytes = 0 };
}
