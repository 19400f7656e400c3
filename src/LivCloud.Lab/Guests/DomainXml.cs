using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using LivCloud.Lab.Networks;
using LivCloud.Lab.Topology;

namespace LivCloud.Lab.Guests;

/// <summary>Writes a guest's libvirt domain.</summary>
internal static class DomainXml
{
    private const int RecordIntervalMicroseconds = 5000;

    public static string Write(LabGuestSpec guest, LabAddresses addresses, LabState state, string lab)
    {
        var disk = guest.Disk;
        var commandLine = string.Create(CultureInfo.InvariantCulture,
            $"console=ttyS0 quiet panic=-1 livcloud.address={addresses.Guest(guest.Name)}/24 livcloud.dirty={guest.Workload.DirtyBytesPerSecond} "
            + $"livcloud.set={guest.Workload.WorkingSet.Bytes} livcloud.compressibility={guest.Workload.Compressibility * 100:0} "
            + $"livcloud.records={disk?.Data.Bytes ?? 0} livcloud.interval={RecordIntervalMicroseconds}");
        if (guest.Workload.HasMarker)
        {
            commandLine += $" livcloud.marker={state.Markers[guest.Name]}";
        }

        return new XElement("domain", new XAttribute("type", state.Kvm ? "kvm" : "qemu"),
            new XElement("name", guest.Name),
            new XElement("uuid", new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{lab}/{guest.Name}")).AsSpan(0, 16))),
            new XElement("memory", new XAttribute("unit", "KiB"), guest.Memory.Bytes / 1024),
            new XElement("vcpu", 1),
            new XElement("os",
                new XElement("type", new XAttribute("arch", "x86_64"), new XAttribute("machine", "q35"), "hvm"),
                new XElement("kernel", $"{state.CacheDirectory}/vmlinuz"),
                new XElement("initrd", $"{state.CacheDirectory}/initramfs"),
                new XElement("cmdline", commandLine)),
            new XElement("features", new XElement("acpi")),
            state.Kvm
                ? new XElement("cpu", new XAttribute("mode", "host-model"))
                : new XElement("cpu", new XAttribute("mode", "custom"), new XAttribute("match", "exact"), new XAttribute("check", "none"), new XElement("model", "qemu64")),
            // A guest that crashes stays away, so that it is seen.
            new XElement("on_poweroff", "destroy"),
            new XElement("on_reboot", "destroy"),
            new XElement("on_crash", "destroy"),
            new XElement("devices",
                disk is null ? null : Disk(guest),
                new XElement("interface", new XAttribute("type", "bridge"),
                    new XElement("mac", new XAttribute("address", addresses.GuestMac(guest.Name))),
                    new XElement("source", new XAttribute("bridge", "br0")),
                    new XElement("model", new XAttribute("type", "virtio")),
                    new XElement("mtu", new XAttribute("size", 1450))),
                new XElement("serial", new XAttribute("type", "file"), new XElement("source", new XAttribute("path", $"/var/log/{guest.Name}.serial"))),
                new XElement("memballoon", new XAttribute("model", "none")))).ToString();
    }

    private static XElement Disk(LabGuestSpec guest)
    {
        var isLocal = guest.Disk!.Storage == GuestStorage.Local;
        var source = isLocal
            ? new XElement("source", new XAttribute("file", LabGuest.ImagePath(guest.Name)))
            : new XElement("source", new XAttribute("protocol", "nfs"), new XAttribute("name", $"/vms/{guest.Name}.qcow2"),
                new XElement("host", new XAttribute("name", LabAddresses.Storage)),
                new XElement("nfs", new XAttribute("user", "+0"), new XAttribute("group", "+0")));
        return new XElement("disk", new XAttribute("type", isLocal ? "file" : "network"), new XAttribute("device", "disk"),
            new XElement("driver", new XAttribute("name", "qemu"), new XAttribute("type", "qcow2"), new XAttribute("cache", "none")),
            source,
            new XElement("target", new XAttribute("dev", "vda"), new XAttribute("bus", "virtio")));
    }
}
