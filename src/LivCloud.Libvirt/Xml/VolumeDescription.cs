using System.Globalization;
using System.Xml.Linq;

namespace LivCloud.Libvirt.Xml;

/// <summary>The description of a volume to create, for <see cref="StoragePool.CreateVolume"/>.</summary>
public sealed record VolumeDescription
{
    /// <summary>
    /// The volume's name, which is the file's name in a directory pool; no separator or control character, neither "." nor "..".
    /// </summary>
    /// <exception cref="ArgumentException">It is not such a name.</exception>
    public required string Name
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            field = value is "." or ".." || value.Any(character => character == '/' || char.IsControl(character))
                ? throw new ArgumentException($"'{value}' is not a file name.", nameof(value))
                : value;
        }
    }

    /// <summary>What the guest sees, in bytes.</summary>
    public required long CapacityBytes { get; init; }

    /// <summary>The image's format.</summary>
    public required VolumeFormat Format { get; init; }

    /// <summary>The owner's user id; null leaves it to libvirt (its own user, mostly root).</summary>
    public int? OwnerUserId { get; init; }

    /// <summary>The group id; null leaves it to libvirt.</summary>
    public int? OwnerGroupId { get; init; }

    /// <summary>The permission bits, such as 0600 octal; null leaves them to libvirt (0600).</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>The description as libvirt reads it; nothing is allocated beyond the image's own tables.</summary>
    public string ToXml()
    {
        var target = new XElement("target", new XElement("format", new XAttribute("type", Format == VolumeFormat.Qcow2 ? "qcow2" : "raw")));
        if (OwnerUserId is not null || OwnerGroupId is not null || Mode is not null)
        {
            target.Add(new XElement("permissions",
                Mode is { } mode ? new XElement("mode", "0" + Convert.ToString((int)mode, 8)) : null,
                OwnerUserId is { } user ? new XElement("owner", Text(user)) : null,
                OwnerGroupId is { } group ? new XElement("group", Text(group)) : null));
        }

        return new XElement("volume",
            new XElement("name", Name),
            new XElement("capacity", new XAttribute("unit", "bytes"), Text(CapacityBytes)),
            new XElement("allocation", new XAttribute("unit", "bytes"), "0"),
            target).ToString(SaveOptions.DisableFormatting);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The format of an image.</summary>
public enum VolumeFormat
{
    /// <summary>Raw blocks; the file is sparse.</summary>
    Raw,

    /// <summary>QEMU's qcow2.</summary>
    Qcow2,
}
