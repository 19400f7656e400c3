using System.Globalization;
using System.Xml.Linq;

namespace LivCloud.Libvirt.Xml;

/// <summary>A disk of a domain.</summary>
public sealed class DomainDisk
{
    private DomainDisk(XElement disk)
    {
        var source = disk.Element("source");
        Target = disk.Element("target")?.Attribute("dev")?.Value ?? "";
        Bus = disk.Element("target")?.Attribute("bus")?.Value;
        Kind = disk.Attribute("device")?.Value ?? "disk";
        SourceType = disk.Attribute("type")?.Value ?? "file";
        SourcePath = (source?.Attribute("file") ?? source?.Attribute("dev") ?? source?.Attribute("dir"))?.Value;
        SourcePool = source?.Attribute("pool")?.Value;
        SourceVolume = source?.Attribute("volume")?.Value;
        Protocol = source?.Attribute("protocol")?.Value;
        SourceName = source?.Attribute("name")?.Value;
        Hosts = source is null ? [] : [.. source.Elements("host").Select(ReadHost)];
        Format = disk.Element("driver")?.Attribute("type")?.Value;
        Cache = disk.Element("driver")?.Attribute("cache")?.Value;
        IsReadOnly = disk.Element("readonly") is not null;
        IsShareable = disk.Element("shareable") is not null;
        Serial = disk.Element("serial")?.Value;
        HasBackingFile = disk.Element("backingStore")?.Element("source") is not null;
    }

    /// <summary>The target name, such as "vda", by which libvirt's calls name the disk.</summary>
    public string Target { get; }

    /// <summary>The bus, such as "virtio"; null when left open.</summary>
    public string? Bus { get; }

    /// <summary>What the guest sees: "disk", "cdrom", "floppy" or "lun".</summary>
    public string Kind { get; }

    /// <summary>What it is on the host: "file", "block", "dir", "network", "volume", "nvme", "vhostuser" or "vhostvdpa".</summary>
    public string SourceType { get; }

    /// <summary>The path of its file, device or directory; null for other kinds, and for an empty drive.</summary>
    public string? SourcePath { get; }

    /// <summary>The pool of a "volume"; null for other kinds.</summary>
    public string? SourcePool { get; }

    /// <summary>The volume's name within its pool; null for other kinds.</summary>
    public string? SourceVolume { get; }

    /// <summary>The protocol of a "network" disk, such as "nfs" or "rbd"; null for other kinds.</summary>
    public string? Protocol { get; }

    /// <summary>What a "network" disk is called there; null for other kinds.</summary>
    public string? SourceName { get; }

    /// <summary>The servers of a "network" disk.</summary>
    public IReadOnlyList<DomainDiskHost> Hosts { get; }

    /// <summary>The image's format, such as "qcow2" or "raw"; null when left open.</summary>
    public string? Format { get; }

    /// <summary>The cache mode; null for the default.</summary>
    public string? Cache { get; }

    /// <summary>Whether the guest can not write to it.</summary>
    public bool IsReadOnly { get; }

    /// <summary>Whether several guests use it at once.</summary>
    public bool IsShareable { get; }

    /// <summary>The serial number the guest sees; null when it has none.</summary>
    public string? Serial { get; }

    /// <summary>Whether the image builds upon another one.</summary>
    public bool HasBackingFile { get; }

    /// <summary>Whether there is a medium: false for an empty CD-ROM or floppy drive.</summary>
    public bool HasMedium => SourcePath is not null || SourceName is not null || SourceVolume is not null
        || SourceType is "nvme" or "vhostuser" or "vhostvdpa" or "network";

    internal static DomainDisk Read(XElement disk) => new(disk);

    private static DomainDiskHost ReadHost(XElement host) => new(
        host.Attribute("name")?.Value,
        int.TryParse(host.Attribute("port")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null,
        host.Attribute("socket")?.Value);
}

/// <summary>A server of a network disk.</summary>
/// <param name="Name">Its name or address; null with a socket.</param>
/// <param name="Port">Its port; null for the protocol's own.</param>
/// <param name="Socket">The path of a unix socket; null without.</param>
public sealed record DomainDiskHost(string? Name, int? Port, string? Socket);
