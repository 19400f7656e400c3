namespace LivCloud.Libvirt;

/// <summary>A host's processors and memory.</summary>
/// <param name="CpuModel">What libvirt calls the processor; often just the architecture.</param>
/// <param name="MemoryBytes">All memory of the host.</param>
/// <param name="Cpus">Logical processors that are online.</param>
/// <param name="Megahertz">The expected clock; 0 when not known.</param>
/// <param name="NumaNodes">NUMA cells; 1 when there are none, or when the topology is irregular.</param>
/// <param name="SocketsPerNode">Sockets in each cell.</param>
/// <param name="CoresPerSocket">Cores in each socket.</param>
/// <param name="ThreadsPerCore">Threads of each core.</param>
public sealed record NodeInfo(
    string CpuModel, long MemoryBytes, int Cpus, int Megahertz, int NumaNodes, int SocketsPerNode, int CoresPerSocket, int ThreadsPerCore);
