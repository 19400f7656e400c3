using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class Domain
{
    /// <summary>Whether the daemon starts the domain with the host (virDomainGetAutostart, virDomainSetAutostart); only for persistent domains.</summary>
    /// <exception cref="LibvirtException">The domain is transient or gone.</exception>
    public bool StartsWithHost
    {
        get => LibVirt.virDomainGetAutostart(_handle, out var autostart) < 0 ? throw Failed("read the autostart of") : autostart != 0;
        set => Check(LibVirt.virDomainSetAutostart(_handle, value ? 1 : 0), "set the autostart of");
    }
}
