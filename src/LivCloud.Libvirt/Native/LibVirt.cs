using System.Runtime.InteropServices;

namespace LivCloud.Libvirt.Native;

/// <summary>
/// The functions of libvirt.so.0 that are used here, by their C names (libvirt 9.0 headers; the newest, the dirty rate, came with 7.2).
/// </summary>
/// <remarks>`unsigned long` is nuint: libvirt is used on 64-bit Linux only.</remarks>
internal static unsafe partial class LibVirt
{
    private const string Library = "libvirt.so.0";

    [LibraryImport(Library)]
    internal static partial int virInitialize();

    [LibraryImport(Library)]
    internal static partial void virSetErrorFunc(nint userData, delegate* unmanaged[Cdecl]<nint, nint, void> handler);

    [LibraryImport(Library)]
    internal static partial nint virGetLastError();

    [LibraryImport(Library)]
    internal static partial int virEventRegisterDefaultImpl();

    [LibraryImport(Library)]
    internal static partial int virEventRunDefaultImpl();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ConnectHandle virConnectOpen(string name);

    [LibraryImport(Library)]
    internal static partial int virConnectClose(nint conn);

    [LibraryImport(Library)]
    internal static partial int virConnectSetKeepAlive(ConnectHandle conn, int interval, uint count);

    [LibraryImport(Library)]
    internal static partial int virConnectIsAlive(ConnectHandle conn);

    [LibraryImport(Library)]
    internal static partial int virConnectRegisterCloseCallback(
        ConnectHandle conn, delegate* unmanaged[Cdecl]<nint, int, nint, void> cb, nint opaque,
        delegate* unmanaged[Cdecl]<nint, void> freecb);

    [LibraryImport(Library)]
    internal static partial int virConnectUnregisterCloseCallback(ConnectHandle conn, delegate* unmanaged[Cdecl]<nint, int, nint, void> cb);

    [LibraryImport(Library)]
    internal static partial int virConnectDomainEventRegisterAny(
        ConnectHandle conn, nint dom, int eventId, void* cb, nint opaque, delegate* unmanaged[Cdecl]<nint, void> freecb);

    [LibraryImport(Library)]
    internal static partial int virConnectDomainEventDeregisterAny(ConnectHandle conn, int callbackId);

    [LibraryImport(Library)]
    internal static partial nint virConnectGetHostname(ConnectHandle conn);

    [LibraryImport(Library)]
    internal static partial nint virConnectGetURI(ConnectHandle conn);

    [LibraryImport(Library)]
    internal static partial int virConnectGetLibVersion(ConnectHandle conn, out nuint version);

    [LibraryImport(Library)]
    internal static partial int virConnectGetVersion(ConnectHandle conn, out nuint version);

    [LibraryImport(Library)]
    internal static partial nint virConnectGetCapabilities(ConnectHandle conn);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint virConnectGetDomainCapabilities(
        ConnectHandle conn, string? emulatorbin, string? arch, string? machine, string? virttype, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int virConnectCompareHypervisorCPU(
        ConnectHandle conn, string? emulator, string? arch, string? machine, string? virttype, string xmlCpu, uint flags);

    [LibraryImport(Library)]
    internal static partial int virNodeGetInfo(ConnectHandle conn, out NativeNodeInfo info);

    [LibraryImport(Library)]
    internal static partial int virNodeGetMemoryStats(
        ConnectHandle conn, int cellNum, NativeNodeMemoryStats* @params, ref int nparams, uint flags);

    [LibraryImport(Library)]
    internal static partial int virConnectListAllDomains(ConnectHandle conn, nint** domains, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DomainHandle virDomainLookupByName(ConnectHandle conn, string name);

    [LibraryImport(Library)]
    internal static partial DomainHandle virDomainLookupByUUID(ConnectHandle conn, byte* uuid);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DomainHandle virDomainDefineXML(ConnectHandle conn, string xml);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DomainHandle virDomainCreateXML(ConnectHandle conn, string xmlDesc, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainFree(nint domain);

    [LibraryImport(Library)]
    internal static partial nint virDomainGetName(DomainHandle domain);

    /// <summary>As <see cref="virDomainGetName(DomainHandle)"/>, for the borrowed pointer that an event callback is given.</summary>
    [LibraryImport(Library)]
    internal static partial nint virDomainGetName(nint domain);

    [LibraryImport(Library)]
    internal static partial int virDomainGetUUID(DomainHandle domain, byte* uuid);

    /// <summary>As <see cref="virDomainGetUUID(DomainHandle, byte*)"/>, for the borrowed pointer that an event callback is given.</summary>
    [LibraryImport(Library)]
    internal static partial int virDomainGetUUID(nint domain, byte* uuid);

    [LibraryImport(Library)]
    internal static partial int virDomainGetState(DomainHandle domain, out int state, out int reason, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainGetInfo(DomainHandle domain, out NativeDomainInfo info);

    [LibraryImport(Library)]
    internal static partial int virDomainIsPersistent(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial int virDomainIsActive(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial nint virDomainGetXMLDesc(DomainHandle domain, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int virDomainGetBlockInfo(DomainHandle domain, string disk, out NativeDomainBlockInfo info, uint flags);

    /// <remarks>By reference and not out: params and nparams must be 0 before the call, or libvirt frees what they point to.</remarks>
    [LibraryImport(Library)]
    internal static partial int virDomainGetJobStats(DomainHandle domain, ref int type, ref nint @params, ref int nparams, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainAbortJob(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial int virDomainDestroy(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial int virDomainResume(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial int virDomainSuspend(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial int virDomainUndefineFlags(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainCreateWithFlags(DomainHandle domain, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int virDomainMigrateToURI3(DomainHandle domain, string dconnuri, nint @params, uint nparams, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainMigrateSetMaxDowntime(DomainHandle domain, ulong downtime, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainMigrateSetMaxSpeed(DomainHandle domain, nuint bandwidth, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainMigrateGetMaxSpeed(DomainHandle domain, out nuint bandwidth, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainMigrateStartPostCopy(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainStartDirtyRateCalc(DomainHandle domain, int seconds, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainListGetStats(nint* domains, uint stats, NativeDomainStatsRecord*** records, uint flags);

    [LibraryImport(Library)]
    internal static partial void virDomainStatsRecordListFree(NativeDomainStatsRecord** records);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int virTypedParamsAddString(ref nint @params, ref int nparams, ref int maxparams, string name, string value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int virTypedParamsAddInt(ref nint @params, ref int nparams, ref int maxparams, string name, int value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int virTypedParamsAddULLong(ref nint @params, ref int nparams, ref int maxparams, string name, ulong value);

    [LibraryImport(Library)]
    internal static partial void virTypedParamsFree(nint @params, int nparams);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NetworkHandle virNetworkLookupByName(ConnectHandle conn, string name);

    [LibraryImport(Library)]
    internal static partial int virNetworkIsActive(NetworkHandle network);

    [LibraryImport(Library)]
    internal static partial int virNetworkFree(nint network);

    [LibraryImport(Library)]
    internal static partial int virConnectListAllStoragePools(ConnectHandle conn, nint** pools, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial StoragePoolHandle virStoragePoolLookupByName(ConnectHandle conn, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial StoragePoolHandle virStoragePoolCreateXML(ConnectHandle conn, string xmlDesc, uint flags);

    [LibraryImport(Library)]
    internal static partial nint virStoragePoolGetName(StoragePoolHandle pool);

    [LibraryImport(Library)]
    internal static partial nint virStoragePoolGetXMLDesc(StoragePoolHandle pool, uint flags);

    [LibraryImport(Library)]
    internal static partial int virStoragePoolGetInfo(StoragePoolHandle pool, out NativeStoragePoolInfo info);

    [LibraryImport(Library)]
    internal static partial int virStoragePoolRefresh(StoragePoolHandle pool, uint flags);

    [LibraryImport(Library)]
    internal static partial int virStoragePoolDestroy(StoragePoolHandle pool);

    [LibraryImport(Library)]
    internal static partial int virStoragePoolFree(nint pool);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial StorageVolHandle virStorageVolCreateXML(StoragePoolHandle pool, string xmlDesc, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial StorageVolHandle virStorageVolLookupByName(StoragePoolHandle pool, string name);

    [LibraryImport(Library)]
    internal static partial nint virStorageVolGetName(StorageVolHandle vol);

    [LibraryImport(Library)]
    internal static partial nint virStorageVolGetPath(StorageVolHandle vol);

    [LibraryImport(Library)]
    internal static partial int virStorageVolGetInfo(StorageVolHandle vol, out NativeStorageVolInfo info);

    [LibraryImport(Library)]
    internal static partial int virStorageVolDelete(StorageVolHandle vol, uint flags);

    [LibraryImport(Library)]
    internal static partial int virStorageVolFree(nint vol);
}
