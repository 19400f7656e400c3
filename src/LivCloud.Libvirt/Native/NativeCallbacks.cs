using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LivCloud.Libvirt.Native;

/// <summary>Callbacks that all registrations share.</summary>
internal static class NativeCallbacks
{
    /// <summary>A virFreeCallback for an opaque pointer that is a <see cref="GCHandle"/>.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void FreeHandle(nint opaque) => GCHandle.FromIntPtr(opaque).Free();
}
