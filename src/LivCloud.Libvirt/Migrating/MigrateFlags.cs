namespace LivCloud.Libvirt;

/// <summary>How a domain is migrated (virDomainMigrateFlags).</summary>
[Flags]
public enum MigrateFlags : uint
{
    /// <summary>The guest is paused for the whole time.</summary>
    None = 0,

    /// <summary>The guest runs while its memory is sent.</summary>
    Live = 1 << 0,

    /// <summary>The source's daemon talks to the destination's; the client may go.</summary>
    PeerToPeer = 1 << 1,

    /// <summary>Memory goes through libvirt's own connection.</summary>
    Tunnelled = 1 << 2,

    /// <summary>The destination keeps the definition.</summary>
    PersistDestination = 1 << 3,

    /// <summary>The source forgets the definition afterwards.</summary>
    UndefineSource = 1 << 4,

    /// <summary>The guest stays paused at the destination.</summary>
    Paused = 1 << 5,

    /// <summary>Copy the whole of the disks.</summary>
    NonSharedDisk = 1 << 6,

    /// <summary>Copy the top layer of the disks; the rest is at the destination already.</summary>
    NonSharedIncremental = 1 << 7,

    /// <summary>Refuse changes of the configuration meanwhile; implied by peer-to-peer.</summary>
    ChangeProtection = 1 << 8,

    /// <summary>Even when libvirt fears for the disks.</summary>
    Unsafe = 1 << 9,

    /// <summary>Move the definition only.</summary>
    Offline = 1 << 10,

    /// <summary>Compress memory; see <see cref="MigrationParameters.Compression"/>.</summary>
    Compressed = 1 << 11,

    /// <summary>Abort on an I/O error of a disk.</summary>
    AbortOnError = 1 << 12,

    /// <summary>Slow the guest's CPUs when it writes faster than the network sends.</summary>
    AutoConverge = 1 << 13,

    /// <summary>Pin all memory for RDMA.</summary>
    RdmaPinAll = 1 << 14,

    /// <summary>Allow <see cref="Domain.StartPostCopy"/>.</summary>
    PostCopy = 1 << 15,

    /// <summary>Use libvirt's TLS for QEMU's connections.</summary>
    Tls = 1 << 16,

    /// <summary>Send memory over several connections; see <see cref="MigrationParameters.ParallelConnections"/>.</summary>
    Parallel = 1 << 17,

    /// <summary>A guest's write to a disk completes when it is at both ends.</summary>
    NonSharedSynchronousWrites = 1 << 18,

    /// <summary>Take up a migration again that broke in post-copy.</summary>
    PostCopyResume = 1 << 19,

    /// <summary>Send memory without copying it; needs <see cref="Parallel"/>.</summary>
    ZeroCopy = 1 << 20,
}
