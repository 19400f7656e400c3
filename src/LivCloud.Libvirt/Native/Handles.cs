using Microsoft.Win32.SafeHandles;

namespace LivCloud.Libvirt.Native;

/// <summary>
/// A virConnectPtr. Domains, pools and volumes hold native references of their own, so the order of release does not matter.
/// </summary>
internal sealed class ConnectHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LibVirt.virConnectClose(handle) >= 0;
}

/// <summary>A virDomainPtr.</summary>
internal sealed class DomainHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    internal DomainHandle(nint owned)
        : this() => SetHandle(owned);

    protected override bool ReleaseHandle() => LibVirt.virDomainFree(handle) == 0;
}

/// <summary>A virNetworkPtr.</summary>
internal sealed class NetworkHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LibVirt.virNetworkFree(handle) == 0;
}

/// <summary>A virStoragePoolPtr.</summary>
internal sealed class StoragePoolHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    internal StoragePoolHandle(nint owned)
        : this() => SetHandle(owned);

    protected override bool ReleaseHandle() => LibVirt.virStoragePoolFree(handle) == 0;
}

/// <summary>A virStorageVolPtr.</summary>
internal sealed class StorageVolHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LibVirt.virStorageVolFree(handle) == 0;
}
