namespace LivCloud.Migration.Vms;

/// <summary>What a move needs to know of a VM; read at the source and sent to the destination with the reservation.</summary>
public sealed record VmFacts
{
    /// <summary>Its name on the source host.</summary>
    public required string Name { get; init; }

    /// <summary>Its UUID.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>What it does now.</summary>
    public required VmState State { get; init; }

    /// <summary>Whether its definition outlives its run (libvirt: a persistent domain).</summary>
    public required bool IsPersistent { get; init; }

    /// <summary>Whether libvirt starts it with the host.</summary>
    public required bool StartsWithHost { get; init; }

    /// <summary>"kvm" or "qemu".</summary>
    public required string VirtualizationType { get; init; }

    /// <summary>The guest's architecture, such as "x86_64".</summary>
    public required string Architecture { get; init; }

    /// <summary>The versioned machine type, such as "pc-q35-10.0".</summary>
    public required string MachineType { get; init; }

    /// <summary>The guest's memory, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The number of virtual CPUs.</summary>
    public required int VirtualCpus { get; init; }

    /// <summary>The CPU that the guest was given, as libvirt's cpu element; null when the hypervisor's default was taken.</summary>
    public string? CpuXml { get; init; }

    /// <summary>Its disks.</summary>
    public required IReadOnlyList<VmDisk> Disks { get; init; }

    /// <summary>What its network interfaces are attached to.</summary>
    public required IReadOnlyList<VmAttachment> Attachments { get; init; }

    /// <summary>Devices and settings that can not be migrated, each in a few words; empty when there are none.</summary>
    public required IReadOnlyList<string> Blockers { get; init; }
}

/// <summary>What a VM does, as far as a move cares.</summary>
public enum VmState
{
    /// <summary>The host does not have it.</summary>
    Absent,

    /// <summary>It is defined and has no process.</summary>
    ShutOff,

    /// <summary>Its guest runs.</summary>
    Running,

    /// <summary>Its guest is paused, or it waits for an incoming migration.</summary>
    Paused,

    /// <summary>Any other state, such as crashed or shutting down.</summary>
    Other,
}

/// <summary>A disk of a VM.</summary>
public sealed record VmDisk
{
    /// <summary>Its name in the guest's definition, such as "vda".</summary>
    public required string Target { get; init; }

    /// <summary>What it lies on.</summary>
    public required DiskKind Kind { get; init; }

    /// <summary>The path of the file or device, or the name at the server; null for an empty drive.</summary>
    public string? Path { get; init; }

    /// <summary>"qcow2" or "raw".</summary>
    public required string Format { get; init; }

    /// <summary>The size that the guest sees, in bytes.</summary>
    public required long CapacityBytes { get; init; }

    /// <summary>What it takes on the source's storage, in bytes.</summary>
    public required long AllocationBytes { get; init; }

    /// <summary>Whether the guest can not write to it.</summary>
    public required bool IsReadOnly { get; init; }
}

/// <summary>What a disk lies on.</summary>
public enum DiskKind
{
    /// <summary>A file in a file system of the host.</summary>
    File,

    /// <summary>A block device of the host.</summary>
    Block,

    /// <summary>A server that QEMU itself speaks to, such as NFS or Ceph.</summary>
    Network,

    /// <summary>A removable drive with nothing in it.</summary>
    Empty,
}

/// <summary>What a network interface of a VM is attached to on its host.</summary>
/// <param name="Kind">How.</param>
/// <param name="Name">The name of the libvirt network, bridge or device.</param>
public sealed record VmAttachment(AttachmentKind Kind, string Name);

/// <summary>How a network interface is attached.</summary>
public enum AttachmentKind
{
    /// <summary>To a network of libvirt.</summary>
    Network,

    /// <summary>To a bridge of the host.</summary>
    Bridge,

    /// <summary>To a device of the host (macvtap).</summary>
    Device,
}
