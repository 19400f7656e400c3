namespace LivCloud.Libvirt;

/// <summary>A domain's state, memory and CPUs.</summary>
/// <param name="State">Its state.</param>
/// <param name="MaxMemoryBytes">The most memory it may have.</param>
/// <param name="MemoryBytes">The memory it has now.</param>
/// <param name="VirtualCpus">Its virtual CPUs.</param>
/// <param name="CpuTime">CPU time it used since it started.</param>
public sealed record DomainInfo(DomainState State, long MaxMemoryBytes, long MemoryBytes, int VirtualCpus, TimeSpan CpuTime);

/// <summary>The size of a disk.</summary>
/// <param name="CapacityBytes">What the guest sees.</param>
/// <param name="AllocationBytes">What the image takes on the host.</param>
/// <param name="PhysicalBytes">How long the image's file or device is.</param>
public sealed record BlockInfo(long CapacityBytes, long AllocationBytes, long PhysicalBytes);
