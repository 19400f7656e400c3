using System.Globalization;
using LivCloud.Lab.Topology;

namespace LivCloud.Lab.Networks;

/// <summary>Every address of a lab, computed from its file alone. Labs may have equal addresses: each has namespaces of its own.</summary>
public sealed class LabAddresses
{
    private const int FirstHost = 2, FirstGuest = 10, FirstBridge = 201, FirstStorage = 11;
    private static readonly string[] DocumentationNetworks = ["192.0.2", "198.51.100", "203.0.113"];   // RFC 5737
    private readonly LabFile _file;
    private readonly List<string> _hosts;

    /// <summary>Computes the addresses of a lab.</summary>
    public LabAddresses(LabFile file) => (_file, _hosts) = (file, [.. file.Sites.SelectMany(site => site.Hosts)]);

    /// <summary>The measuring client on the guests' network.</summary>
    public static string Client => "10.77.0.2";

    /// <summary>The NFS server on the storage network.</summary>
    public static string Storage => "10.88.0.1";

    /// <summary>The first three numbers of a site's underlay network.</summary>
    public string Network(string site)
    {
        var index = _file.Sites.ToList().FindIndex(candidate => candidate.Name == site);
        return index < DocumentationNetworks.Length ? DocumentationNetworks[index] : Invariant($"10.200.{index}");
    }

    /// <summary>A site's router, the default gateway of its hosts.</summary>
    public string Router(string site) => $"{Network(site)}.1";

    /// <summary>A host's address on its site's underlay, at which its agent listens.</summary>
    public string Host(string host)
    {
        var site = SiteOf(host);
        return Invariant($"{Network(site.Name)}.{FirstHost + site.Hosts.ToList().IndexOf(host)}");
    }

    /// <summary>A host's address on the guests' network.</summary>
    public string Bridge(string host) => Invariant($"10.77.0.{FirstBridge + _hosts.IndexOf(host)}");

    /// <summary>A host's address on the storage network.</summary>
    public string HostStorage(string host) => Invariant($"10.88.0.{FirstStorage + _hosts.IndexOf(host)}");

    /// <summary>A guest's address, which it keeps wherever it runs.</summary>
    public string Guest(string guest) => Invariant($"10.77.0.{FirstGuest + GuestIndex(guest)}");

    /// <summary>A guest's MAC address.</summary>
    public string GuestMac(string guest) => Invariant($"52:54:00:77:00:{FirstGuest + GuestIndex(guest):x2}");

    /// <summary>The site of a host.</summary>
    public LabSite SiteOf(string host) => _file.Sites.First(site => site.Hosts.Contains(host));

    private int GuestIndex(string guest) => _file.Guests.ToList().FindIndex(candidate => candidate.Name == guest);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
