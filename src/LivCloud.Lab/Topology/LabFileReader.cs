using System.Globalization;
using LivCloud.Core;
using LivCloud.Lab.Links;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LivCloud.Lab.Topology;

/// <summary>Reads lab files strictly: an unknown or missing key, a wrong value or a dangling name is an error with its line.</summary>
public static class LabFileReader
{
    private const int MaxNameCharacters = 15;   // an interface's name (IFNAMSIZ less the terminator)
    private const int MaxHosts = 32;
    private static readonly ByteSize MinGuestMemory = new(96L << 20);

    /// <summary>Reads a lab file's text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="fileName">What messages call the file.</param>
    /// <exception cref="LabException">The text is wrong.</exception>
    public static LabFile Read(string text, string fileName)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count != 1)
            {
                throw new LabException(LabError.Invalid, $"{fileName}: exactly one YAML document is expected.");
            }

            return ReadLab(new YamlSection(fileName, stream.Documents[0].RootNode, "the file", ["sites", "links", "guests", "client"]));
        }
        catch (InvalidOperationException ex)
        {
            // YamlDotNet 16.3 does this for a plain value that runs over the end of a flow sequence.
            throw new LabException(LabError.Invalid, $"{fileName}: this is not valid YAML; a bracket may be missing.", ex);
        }
        catch (YamlException ex)
        {
            throw new LabException(LabError.Invalid, $"{fileName}, line {ex.Start.Line}: this is not valid YAML: {ex.Message}", ex);
        }
    }

    private static LabFile ReadLab(YamlSection root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var sites = root.Sections("sites", ["name", "hosts"]).Select(section => ReadSite(section, names)).ToList();
        if (sites.Count == 0 || sites.All(site => site.Hosts.Count == 0))
        {
            throw root.Wrong("sites", "at least one site with a host is needed");
        }

        if (sites.Sum(site => site.Hosts.Count) > MaxHosts)
        {
            throw root.Wrong("sites", $"more than {MaxHosts} hosts");
        }

        var links = root.Sections("links", ["name", "between", "rate", "delay", "jitter", "loss", "queue", "seed", "grain", "udp-rate", "mtu"])
            .Select(section => ReadLink(section, sites, names)).ToList();
        var hosts = sites.SelectMany(site => site.Hosts).ToList();
        var guests = root.Sections("guests", ["name", "host", "memory", "workload", "disk"])
            .Select(section => ReadGuest(section, hosts, names)).ToList();
        string? clientSite = null;
        if (root.Section("client", ["site"]) is { } client)
        {
            clientSite = client.Text("site");
            var site = sites.Find(candidate => candidate.Name == clientSite) ?? throw client.Wrong("site", $"there is no site '{clientSite}'");
            if (site.Hosts.Count == 0)
            {
                throw client.Wrong("site", $"the site '{clientSite}' has no host whose bridge the client could be attached to");
            }
        }

        return new LabFile(sites, links, guests, clientSite);
    }

    private static LabSite ReadSite(YamlSection section, HashSet<string> names) => new(
        ReadName(section, names),
        [.. section.Sections("hosts", ["name"]).Select(host => ReadName(host, names))]);

    private static LabLinkSpec ReadLink(YamlSection section, List<LabSite> sites, HashSet<string> names)
    {
        var name = ReadName(section, names);
        var between = section.Texts("between");
        if (between.Count != 2 || between[0] == between[1] || between.Any(end => sites.All(site => site.Name != end)))
        {
            throw section.Wrong("between", "two different sites are expected, such as [home, cloud]");
        }

        if (!Bandwidth.TryParse(section.Text("rate"), out var rate))
        {
            throw section.Wrong("rate", "a rate such as 200mbit is expected");
        }

        var loss = 0.0;
        if (section.OptionalText("loss") is { } lossText && !LinkSettings.TryParseLoss(lossText, out loss))
        {
            throw section.Wrong("loss", "a percentage such as 0.1% is expected");
        }

        var queue = LinkSettings.DefaultQueue;
        if (section.OptionalText("queue") is { } queueText && !LinkQueueLimit.TryParse(queueText, out queue))
        {
            throw section.Wrong("queue", "a time such as 50ms or a number of packets such as 1000p is expected");
        }

        var seed = 1UL;
        if (section.OptionalText("seed") is { } seedText && !ulong.TryParse(seedText, CultureInfo.InvariantCulture, out seed))
        {
            throw section.Wrong("seed", "a whole number is expected");
        }

        var udpRate = default(Bandwidth);
        if (section.OptionalText("udp-rate") is { } udpText && !LinkSettings.TryParseUdpRate(udpText, out udpRate))
        {
            throw section.Wrong("udp-rate", "a rate such as 5mbit is expected, or 0bit for no limit of its own");
        }

        var mtu = 0;
        if (section.OptionalText("mtu") is { } mtuText && !int.TryParse(mtuText, NumberStyles.None, CultureInfo.InvariantCulture, out mtu))
        {
            throw section.Wrong("mtu", "a number of bytes such as 1400 is expected, or 0 for any length");
        }

        var settings = new LinkSettings(rate, ReadTime(section, "delay"), ReadTime(section, "jitter"), loss, queue, seed,
            section.OptionalText("grain") is null ? LinkSettings.DefaultGrain : ReadTime(section, "grain"))
        {
            UdpRate = udpRate,
            Mtu = mtu,
        };
        return settings.Problem is { } problem
            ? throw section.Wrong("name", problem)
            : new LabLinkSpec(name, between[0], between[1], settings);
    }

    private static TimeSpan ReadTime(YamlSection section, string key)
    {
        var span = TimeSpan.Zero;
        return section.OptionalText(key) is not { } text || Duration.TryParse(text, out span)
            ? span
            : throw section.Wrong(key, "a time such as 25ms is expected");
    }

    private static LabGuestSpec ReadGuest(YamlSection section, List<string> hosts, HashSet<string> names)
    {
        var name = ReadName(section, names);
        var host = section.Text("host");
        if (!hosts.Contains(host))
        {
            throw section.Wrong("host", $"there is no host '{host}'");
        }

        var memory = ReadSize(section, "memory", new ByteSize(256L << 20));
        if (memory.Bytes < MinGuestMemory.Bytes)
        {
            throw section.Wrong("memory", $"a guest needs {MinGuestMemory} at least");
        }

        var workload = new GuestWorkload(0, default, 0.5, HasMarker: false);
        if (section.Section("workload", ["dirty", "workingSet", "compressibility", "marker"]) is { } work)
        {
            workload = ReadWorkload(work, memory);
        }

        GuestDisk? disk = null;
        if (section.Section("disk", ["size", "data", "storage"]) is { } diskSection)
        {
            disk = ReadDisk(diskSection);
        }

        return new LabGuestSpec(name, host, memory, workload, disk);
    }

    private static GuestWorkload ReadWorkload(YamlSection section, ByteSize memory)
    {
        var dirty = 0L;
        if (section.OptionalText("dirty") is { } dirtyText)
        {
            dirty = dirtyText.EndsWith("/s", StringComparison.Ordinal) && ByteSize.TryParse(dirtyText[..^2], out var perSecond)
                ? perSecond.Bytes
                : throw section.Wrong("dirty", "a rate of bytes such as 5MB/s is expected");
        }

        var workingSet = ReadSize(section, "workingSet", new ByteSize(Math.Min(64L << 20, memory.Bytes / 4)));
        if (workingSet.Bytes > memory.Bytes - (80L << 20))
        {
            throw section.Wrong("workingSet", $"the guest's {memory} must hold it and 80 MiB for its system");
        }

        var compressibility = 0.5;
        if (section.OptionalText("compressibility") is { } text
            && (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out compressibility) || compressibility is not (>= 0 and <= 1)))
        {
            throw section.Wrong("compressibility", "a number from 0 to 1 is expected");
        }

        var marker = section.OptionalText("marker") switch
        {
            null or "true" => true,
            "false" => false,
            _ => throw section.Wrong("marker", "true or false is expected"),
        };
        return new GuestWorkload(dirty, workingSet, compressibility, marker);
    }

    private static GuestDisk ReadDisk(YamlSection section)
    {
        var size = ReadSize(section, "size", new ByteSize(1L << 30));
        var data = ReadSize(section, "data", default);
        if (size.Bytes % (1 << 20) != 0 || data.Bytes % (1 << 20) != 0 || size.Bytes < data.Bytes + (8L << 20))
        {
            throw section.Wrong("size", "size and data must be whole MiB, and 8 MiB must be left for records");
        }

        var storage = section.OptionalText("storage") switch
        {
            null or "local" => GuestStorage.Local,
            "nfs" => GuestStorage.Nfs,
            _ => throw section.Wrong("storage", "local or nfs is expected"),
        };
        return new GuestDisk(size, data, storage);
    }

    private static ByteSize ReadSize(YamlSection section, string key, ByteSize otherwise) =>
        section.OptionalText(key) is not { } text ? otherwise
        : ByteSize.TryParse(text, out var size) && size.Bytes >= 0 ? size
        : throw section.Wrong(key, "a size such as 512MB is expected");

    private static string ReadName(YamlSection section, HashSet<string> names)
    {
        var name = section.Text("name");
        if (!HostName.TryParse(name, out var parsed) || parsed.ToString() != name || name.Contains('.', StringComparison.Ordinal) || name.Length > MaxNameCharacters)
        {
            throw section.Wrong("name", $"a name is 1 to {MaxNameCharacters} lower-case letters, digits and inner hyphens");
        }

        return names.Add(name) ? name : throw section.Wrong("name", $"'{name}' is used twice");
    }
}
