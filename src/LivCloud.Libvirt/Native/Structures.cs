using System.Runtime.InteropServices;

namespace LivCloud.Libvirt.Native;

/// <summary>virNodeInfo of libvirt-host.h; memory is in KiB.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeNodeInfo
{
    internal fixed byte Model[32];
    internal nuint Memory;
    internal uint Cpus;
    internal uint Mhz;
    internal uint Nodes;
    internal uint Sockets;
    internal uint Cores;
    internal uint Threads;
}

/// <summary>virNodeMemoryStats of libvirt-host.h; the value is in KiB.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeNodeMemoryStats
{
    internal fixed byte Field[80];
    internal ulong Value;
}

/// <summary>virDomainInfo of libvirt-domain.h; memory is in KiB, time in nanoseconds.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeDomainInfo
{
    internal byte State;
    internal nuint MaxMem;
    internal nuint Memory;
    internal ushort NrVirtCpu;
    internal ulong CpuTime;
}

/// <summary>virDomainBlockInfo of libvirt-domain.h, in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeDomainBlockInfo
{
    internal ulong Capacity;
    internal ulong Allocation;
    internal ulong Physical;
}

/// <summary>virStoragePoolInfo of libvirt-storage.h, in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeStoragePoolInfo
{
    internal int State;
    internal ulong Capacity;
    internal ulong Allocation;
    internal ulong Available;
}

/// <summary>virStorageVolInfo of libvirt-storage.h, in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeStorageVolInfo
{
    internal int Type;
    internal ulong Capacity;
    internal ulong Allocation;
}

/// <summary>The head of virError of virterror.h; what follows is deprecated or not used.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeError
{
    internal int Code;
    internal int Domain;
    internal nint Message;
    internal int Level;
}

/// <summary>virTypedParameter of libvirt-common.h: 96 bytes, the type at 80, the 8-byte union at 88.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTypedParameter
{
    internal fixed byte Field[80];
    internal int Type;
    internal ulong Value;
}

/// <summary>virDomainStatsRecord of libvirt-domain.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeDomainStatsRecord
{
    internal nint Domain;
    internal nint Parameters;
    internal int Count;
}
