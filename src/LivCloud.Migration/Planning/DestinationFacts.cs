using LivCloud.Core;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Planning;

/// <summary>What the destination found out about itself in view of one VM.</summary>
public sealed record DestinationFacts
{
    /// <summary>Its name.</summary>
    public required HostName Host { get; init; }

    /// <summary>Memory a new VM could take, in bytes, less what is reserved for others.</summary>
    public required long MemoryFreeBytes { get; init; }

    /// <summary>What an existing VM of the same name or UUID does there; Absent when there is none.</summary>
    public required VmState ExistingVm { get; init; }

    /// <summary>Whether the emulator offers the guest's architecture, machine type and virtualisation type.</summary>
    public required bool OffersMachineType { get; init; }

    /// <summary>Why the CPU does not suit the guest, naming the features that lack; null when it does.</summary>
    public string? CpuProblem { get; init; }

    /// <summary>Networks, bridges and devices that the VM is attached to and that are missing.</summary>
    public required IReadOnlyList<string> MissingAttachments { get; init; }

    /// <summary>What was found at each disk's path.</summary>
    public required IReadOnlyList<DiskPlace> Places { get; init; }
}

/// <summary>What the destination found at the path of a disk.</summary>
public sealed record DiskPlace
{
    /// <summary>The disk's name in the guest's definition.</summary>
    public required string Target { get; init; }

    /// <summary>Whether the source's own file is seen there: its probe file was found with the right contents.</summary>
    public required bool SeesSourceFile { get; init; }

    /// <summary>Whether something exists at the path itself.</summary>
    public required bool Exists { get; init; }

    /// <summary>Whether the directory that would hold it exists and can be written to.</summary>
    public required bool DirectoryUsable { get; init; }

    /// <summary>Free space there, in bytes; 0 when the directory is not usable.</summary>
    public required long FreeBytes { get; init; }
}
