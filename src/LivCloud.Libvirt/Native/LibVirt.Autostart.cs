using System.Runtime.InteropServices;

namespace LivCloud.Libvirt.Native;

internal static unsafe partial class LibVirt
{
    [LibraryImport(Library)]
    internal static partial int virDomainGetAutostart(DomainHandle domain, out int autostart);

    [LibraryImport(Library)]
    internal static partial int virDomainSetAutostart(DomainHandle domain, int autostart);
}
