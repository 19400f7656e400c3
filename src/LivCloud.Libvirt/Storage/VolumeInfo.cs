namespace LivCloud.Libvirt;

/// <summary>A volume's size.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="CapacityBytes">What a guest sees.</param>
/// <param name="AllocationBytes">What it takes on the host now.</param>
public sealed record VolumeInfo(VolumeKind Kind, long CapacityBytes, long AllocationBytes);

/// <summary>What a volume is (virStorageVolType).</summary>
public enum VolumeKind
{
    /// <summary>A regular file.</summary>
    File = 0,

    /// <summary>A block device.</summary>
    Block = 1,

    /// <summary>A directory.</summary>
    Directory = 2,

    /// <summary>On the network, such as an RBD image.</summary>
    Network = 3,

    /// <summary>A directory on the network.</summary>
    NetworkDirectory = 4,

    /// <summary>A ploop image.</summary>
    Ploop = 5,
}
