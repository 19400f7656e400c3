using System.Xml.Linq;

namespace LivCloud.Libvirt.Xml;

/// <summary>Finds what ties a domain to its host. Libvirt and QEMU refuse most of it, but late and in words of their own.</summary>
internal static class MigrationBlocker
{
    internal static IEnumerable<string> FindAll(XElement domain)
    {
        foreach (var device in domain.Element("devices")?.Elements() ?? [])
        {
            if (Of(device) is { } blocker)
            {
                yield return blocker;
            }
        }

        if (domain.Element("launchSecurity") is { } security)
        {
            yield return $"encrypted memory ({Type(security) ?? "launch security"})";
        }

        if (HasFloatingInvariantTsc(domain))
        {
            yield return "CPU feature invtsc without a fixed TSC frequency";
        }
    }

    private static string? Of(XElement device) => device.Name.LocalName switch
    {
        "hostdev" => $"host device passed through ({Type(device) ?? "pci"})",
        "interface" => OfInterface(device),
        "disk" => OfDisk(device),
        "filesystem" => $"shared file system ({device.Element("target")?.Attribute("dir")?.Value ?? "unnamed"})",
        "tpm" => $"TPM ({Type(device.Element("backend")) ?? "unknown"})",
        "crypto" => "virtio crypto device",
        "smartcard" => "smart card reader",
        "shmem" when device.Attribute("role")?.Value != "master" => $"shared memory ({device.Attribute("name")?.Value ?? "unnamed"})",
        "memory" when device.Attribute("model")?.Value is "virtio-pmem" or "sgx-epc" =>
            $"memory device ({device.Attribute("model")?.Value})",
        "video" when device.Element("model")?.Element("acceleration")?.Attribute("accel3d")?.Value == "yes" => "video with 3D acceleration",
        "graphics" when device.Element("gl")?.Attribute("enable")?.Value == "yes" => $"graphics with OpenGL ({Type(device)})",
        _ => null,
    };

    private static string? OfInterface(XElement device)
    {
        var address = device.Element("mac")?.Attribute("address")?.Value ?? "no MAC address";
        return Type(device) switch
        {
            "hostdev" => $"network interface passed through ({address})",
            "network" when device.Element("actual") is { } actual && Type(actual) == "hostdev" =>
                $"network interface passed through ({address})",
            "vhostuser" => $"vhost-user network interface ({address})",
            "vdpa" => $"vDPA network interface ({address})",
            _ => null,
        };
    }

    private static string? OfDisk(XElement device)
    {
        var target = device.Element("target")?.Attribute("dev")?.Value ?? "unnamed";
        return Type(device) switch
        {
            "vhostuser" => $"vhost-user disk ({target})",
            "vhostvdpa" => $"vDPA disk ({target})",
            "nvme" => $"NVMe disk passed through ({target})",
            _ when device.Attribute("device")?.Value == "lun" => $"SCSI device passed through ({target})",
            _ => null,
        };
    }

    // QEMU refuses such a guest unless its TSC frequency is set, as the destination's own may differ.
    private static bool HasFloatingInvariantTsc(XElement domain) =>
        domain.Element("cpu")?.Elements("feature").Any(feature =>
            feature.Attribute("name")?.Value == "invtsc" && feature.Attribute("policy")?.Value is (null or "require" or "force")) == true
        && domain.Element("clock")?.Elements("timer").Any(timer =>
            timer.Attribute("name")?.Value == "tsc" && timer.Attribute("frequency") is not null) != true;

    private static string? Type(XElement? element) => element?.Attribute("type")?.Value;
}
