namespace LivCloud.Libvirt;

/// <summary>The error numbers of libvirt that callers act on (virErrorNumber of virterror.h); all others are <see cref="Other"/>.</summary>
public enum LibvirtError
{
    /// <summary>A number that is not listed here; see <see cref="LibvirtException.NativeCode"/>.</summary>
    Other = -1,

    /// <summary>VIR_ERR_INTERNAL_ERROR: also what a call on a closed connection gives.</summary>
    Internal = 1,

    /// <summary>VIR_ERR_NO_SUPPORT: the driver has no such function.</summary>
    NoSupport = 3,

    /// <summary>VIR_ERR_NO_CONNECT: no driver takes the URI, or its daemon can not be reached.</summary>
    NoConnect = 5,

    /// <summary>VIR_ERR_INVALID_ARG.</summary>
    InvalidArgument = 8,

    /// <summary>VIR_ERR_OPERATION_FAILED: QEMU failed to do it; the reason of a failed migration is often here.</summary>
    OperationFailed = 9,

    /// <summary>VIR_ERR_XML_ERROR: the description is not what libvirt understands.</summary>
    XmlError = 27,

    /// <summary>VIR_ERR_SYSTEM_ERROR: a system call failed, at the daemon or on the way to it.</summary>
    SystemError = 38,

    /// <summary>VIR_ERR_RPC: the connection to the daemon failed.</summary>
    Rpc = 39,

    /// <summary>VIR_ERR_NO_DOMAIN: no such domain (any more).</summary>
    NoDomain = 42,

    /// <summary>VIR_ERR_NO_NETWORK.</summary>
    NoNetwork = 43,

    /// <summary>VIR_ERR_AUTH_FAILED: the daemon refused the user.</summary>
    AuthenticationFailed = 45,

    /// <summary>VIR_ERR_NO_STORAGE_POOL.</summary>
    NoStoragePool = 49,

    /// <summary>VIR_ERR_NO_STORAGE_VOL.</summary>
    NoStorageVolume = 50,

    /// <summary>VIR_ERR_OPERATION_INVALID: not in this state, such as a domain that does not run.</summary>
    OperationInvalid = 55,

    /// <summary>VIR_ERR_CONFIG_UNSUPPORTED: the configuration can not work here.</summary>
    ConfigurationUnsupported = 67,

    /// <summary>VIR_ERR_OPERATION_TIMEOUT: another job held the domain for too long.</summary>
    OperationTimeout = 68,

    /// <summary>VIR_ERR_MIGRATE_PERSIST_FAILED: the guest moved, but its definition could not be kept at the destination.</summary>
    MigratePersistFailed = 69,

    /// <summary>VIR_ERR_ARGUMENT_UNSUPPORTED.</summary>
    ArgumentUnsupported = 74,

    /// <summary>VIR_ERR_OPERATION_ABORTED: the job was aborted by a client.</summary>
    OperationAborted = 78,

    /// <summary>VIR_ERR_MIGRATE_UNSAFE: libvirt fears for the disks, such as one with a host cache on a shared file system.</summary>
    MigrateUnsafe = 81,

    /// <summary>VIR_ERR_OPERATION_UNSUPPORTED.</summary>
    OperationUnsupported = 84,

    /// <summary>VIR_ERR_RESOURCE_BUSY.</summary>
    ResourceBusy = 87,

    /// <summary>VIR_ERR_STORAGE_VOL_EXIST: a volume of that name is there already.</summary>
    StorageVolumeExists = 90,

    /// <summary>VIR_ERR_CPU_INCOMPATIBLE: the host's CPU lacks what the guest's needs.</summary>
    CpuIncompatible = 91,

    /// <summary>VIR_ERR_MIGRATE_FINISH_OK.</summary>
    MigrateFinishOk = 93,
}
