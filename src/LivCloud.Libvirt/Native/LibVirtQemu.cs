using System.Runtime.InteropServices;

namespace LivCloud.Libvirt.Native;

/// <summary>The functions of libvirt-qemu.so.0 that are used here. It comes with libvirt.so.0.</summary>
internal static partial class LibVirtQemu
{
    private const string Library = "libvirt-qemu.so.0";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int virDomainQemuMonitorCommand(DomainHandle domain, string cmd, out nint result, uint flags);
}
