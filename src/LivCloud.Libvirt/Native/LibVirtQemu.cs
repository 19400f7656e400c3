using System.Runtime.InteropServices;

namespace LivCloud.Libvirt.Native;

/// <summary>The functions of libvirt-qemu.so.0 that are used here, by their C names: what libvirt offers for QEMU only.</summary>
internal static partial class LibVirtQemu
{
    [LibraryImport("libvirt-qemu.so.0", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int virDomainQemuMonitorCommand(DomainHandle domain, string cmd, out nint result, uint flags);
}
