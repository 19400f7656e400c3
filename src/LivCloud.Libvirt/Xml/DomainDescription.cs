using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;

namespace LivCloud.Libvirt.Xml;

/// <summary>What matters to a migration of a domain's description (<see cref="Domain.GetXml"/>).</summary>
public sealed class DomainDescription
{
    private DomainDescription(XElement root, string name, Guid uuid, long memoryBytes, int virtualCpus)
    {
        var type = root.Element("os")?.Element("type");
        var devices = root.Element("devices");
        Name = name;
        Uuid = uuid;
        MemoryBytes = memoryBytes;
        VirtualCpus = virtualCpus;
        VirtualizationType = root.Attribute("type")?.Value ?? "";
        Architecture = type?.Attribute("arch")?.Value;
        MachineType = type?.Attribute("machine")?.Value;
        EmulatorPath = devices?.Element("emulator")?.Value;
        CpuXml = root.Element("cpu")?.ToString(SaveOptions.DisableFormatting);
        Disks = devices is null ? [] : [.. devices.Elements("disk").Select(DomainDisk.Read)];
        Interfaces = devices is null ? [] : [.. devices.Elements("interface").Select(DomainInterface.Read)];
        MigrationBlockers = [.. MigrationBlocker.FindAll(root)];
    }

    /// <summary>The domain's name.</summary>
    public string Name { get; }

    /// <summary>The domain's UUID.</summary>
    public Guid Uuid { get; }

    /// <summary>How it is run: "kvm", or "qemu" for emulation.</summary>
    public string VirtualizationType { get; }

    /// <summary>The guest's architecture, such as "x86_64"; null when the description leaves it open.</summary>
    public string? Architecture { get; }

    /// <summary>The machine type, such as "pc-q35-10.0"; null when left open.</summary>
    public string? MachineType { get; }

    /// <summary>The emulator's path; null when left open.</summary>
    public string? EmulatorPath { get; }

    /// <summary>The most memory the guest may have: the `memory` element, in bytes.</summary>
    public long MemoryBytes { get; }

    /// <summary>The most virtual CPUs it may have.</summary>
    public int VirtualCpus { get; }

    /// <summary>The `cpu` element; null when there is none.</summary>
    public string? CpuXml { get; }

    /// <summary>Its disks, CD-ROMs and floppies.</summary>
    public IReadOnlyList<DomainDisk> Disks { get; }

    /// <summary>Its network interfaces.</summary>
    public IReadOnlyList<DomainInterface> Interfaces { get; }

    /// <summary>Devices and settings that keep it from being migrated, as people name them; empty when there are none.</summary>
    public IReadOnlyList<string> MigrationBlockers { get; }

    /// <summary>Reads a `domain` document.</summary>
    /// <returns>false with the reason when it is none, or lacks its name, UUID, memory or CPUs.</returns>
    public static bool TryParse(string? xml, [NotNullWhen(true)] out DomainDescription? description, out string reason)
    {
        description = null;
        if (!XmlInput.TryLoad(xml, "domain", out var root, out reason))
        {
            return false;
        }

        var name = root.Element("name")?.Value;
        if (string.IsNullOrEmpty(name))
        {
            reason = "the domain has no name";
            return false;
        }

        if (!Guid.TryParse(root.Element("uuid")?.Value, out var uuid))
        {
            reason = "the domain has no valid uuid";
            return false;
        }

        if (root.Element("memory") is not { } memory || !ScaledSize.TryRead(memory, out var memoryBytes) || memoryBytes == 0)
        {
            reason = "the domain has no valid memory size";
            return false;
        }

        if (!TryReadCpus(root.Element("vcpu"), out var virtualCpus))
        {
            reason = "the domain has no valid number of virtual CPUs";
            return false;
        }

        description = new DomainDescription(root, name, uuid, memoryBytes, virtualCpus);
        return true;
    }

    // Libvirt's default is one CPU.
    private static bool TryReadCpus(XElement? element, out int cpus)
    {
        cpus = 1;
        return element is null
            || (int.TryParse(element.Value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out cpus) && cpus > 0);
    }
}
