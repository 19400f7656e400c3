using System.Globalization;
using System.Text;
using LivCloud.Lab.Topology;

namespace LivCloud.Lab.Networks;

/// <summary>The commands that build a lab's networks, per namespace. Pure: it only writes them.</summary>
/// <remarks>
/// A site is a namespace that routes between its hosts' bridge and its links. The guests' network is one Ethernet over all hosts: a bridge in each host and a
/// kernel VXLAN that learns and floods to every other host, so a guest keeps its addresses wherever it runs. The client's cable ends at its site's first host.
/// The storage network joins all hosts directly and is no part of any link: what is measured on a link is the migration alone.
/// </remarks>
internal sealed class NetworkScript(LabFile file, LabNames names)
{
    private const int VxlanId = 77, VxlanPort = 4789;
    private const int GuestMtu = 1450;   // 1500 less VXLAN's 50 bytes
    private readonly LabAddresses _addresses = new(file);

    public bool HasStorage => file.Guests.Any(guest => guest.Disk?.Storage == GuestStorage.Nfs);

    private IEnumerable<string> Hosts => file.Sites.SelectMany(site => site.Hosts);

    /// <summary>All namespaces, in the order in which they are made.</summary>
    public IEnumerable<string> Namespaces =>
    [
        .. file.Links.Select(link => names.LinkNamespace(link.Name)),
        .. file.Sites.Select(site => names.SiteNamespace(site.Name)),
        .. Hosts.Select(names.HostNamespace),
        .. file.ClientSite is null ? Array.Empty<string>() : [names.ClientNamespace],
        .. HasStorage ? [names.StorageNamespace] : Array.Empty<string>(),
    ];

    /// <summary>Makes the namespaces, without addresses but those of lo.</summary>
    public string MakeNamespaces()
    {
        var script = new StringBuilder();
        foreach (var name in Namespaces)
        {
            script.Append(CultureInfo.InvariantCulture, $"ip netns add {name}\n");
            script.Append(CultureInfo.InvariantCulture,
                $"nsenter --net=/run/netns/{name} sh -ec 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; ip link set lo up'\n");
        }

        return script.ToString();
    }

    /// <summary>Joins the hosts to their sites and to each other; to be run when the links' interfaces are in the sites.</summary>
    public string Connect()
    {
        var script = new StringBuilder();
        foreach (var site in file.Sites)
        {
            Site(script, site);
        }

        foreach (var host in Hosts)
        {
            Host(script, host);
        }

        Client(script);
        return script.ToString();
    }

    /// <summary>Unplugs all of a host's network cables, or plugs them in again.</summary>
    public string Cables(string host, bool plugged)
    {
        var state = plugged ? "up" : "down";
        var script = new StringBuilder();
        script.Append(CultureInfo.InvariantCulture, $"ip -n {names.SiteNamespace(_addresses.SiteOf(host).Name)} link set {host} {state}\n");
        if (HasStorage)
        {
            script.Append(CultureInfo.InvariantCulture, $"ip -n {names.StorageNamespace} link set {host} {state}\n");
        }

        return script.ToString();
    }

    private void Site(StringBuilder script, LabSite site)
    {
        var lines = new List<string>
        {
            "link add lan type bridge stp_state 0 forward_delay 0",
            "link set lan up",
            $"address add {_addresses.Router(site.Name)}/24 dev lan",
        };
        foreach (var link in file.Links.Where(link => link.LeftSite == site.Name || link.RightSite == site.Name))
        {
            var index = file.Links.ToList().IndexOf(link);
            var end = link.LeftSite == site.Name ? 1 : 2;
            lines.Add($"link set {link.Name} txqueuelen 10000 up");
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"address add 10.255.{index}.{end}/30 dev {link.Name}"));
        }

        foreach (var (target, gateway) in Routes(site.Name))
        {
            lines.Add($"route add {_addresses.Network(target)}.0/24 via {gateway}");
        }

        foreach (var host in site.Hosts)
        {
            lines.Add($"link add {host} type veth peer name eth0 netns {names.HostNamespace(host)}");
            lines.Add($"link set {host} master lan up");
        }

        Batch(script, names.SiteNamespace(site.Name), lines);
        script.Append(CultureInfo.InvariantCulture, $"nsenter --net=/run/netns/{names.SiteNamespace(site.Name)} sh -ec 'echo 1 >/proc/sys/net/ipv4/ip_forward'\n");
    }

    private void Host(StringBuilder script, string host)
    {
        var lines = new List<string>
        {
            $"address add {_addresses.Host(host)}/24 dev eth0",
            "link set eth0 up",
            $"route add default via {_addresses.Router(_addresses.SiteOf(host).Name)}",
            "link add br0 type bridge stp_state 0 forward_delay 0",
            string.Create(CultureInfo.InvariantCulture, $"link add vx0 type vxlan id {VxlanId} local {_addresses.Host(host)} dstport {VxlanPort}"),
            string.Create(CultureInfo.InvariantCulture, $"link set vx0 mtu {GuestMtu} master br0 up"),
            string.Create(CultureInfo.InvariantCulture, $"link set br0 mtu {GuestMtu} up"),
            $"address add {_addresses.Bridge(host)}/24 dev br0",
        };
        Batch(script, names.HostNamespace(host), lines);
        foreach (var other in Hosts.Where(other => other != host))
        {
            script.Append(CultureInfo.InvariantCulture, $"bridge -n {names.HostNamespace(host)} fdb append 00:00:00:00:00:00 dev vx0 dst {_addresses.Host(other)}\n");
        }

        if (HasStorage)
        {
            Batch(script, names.StorageNamespace,
            [
                .. host == Hosts.First() ? (string[])["link add lan type bridge stp_state 0 forward_delay 0", "link set lan up", $"address add {LabAddresses.Storage}/24 dev lan"] : [],
                $"link add {host} type veth peer name stor0 netns {names.HostNamespace(host)}",
                $"link set {host} master lan up",
            ]);
            Batch(script, names.HostNamespace(host), [$"address add {_addresses.HostStorage(host)}/24 dev stor0", "link set stor0 up"]);
        }
    }

    private void Client(StringBuilder script)
    {
        if (file.ClientSite is not { } clientSite)
        {
            return;
        }

        var host = file.Sites.First(site => site.Name == clientSite).Hosts[0];
        Batch(script, names.HostNamespace(host),
        [
            string.Create(CultureInfo.InvariantCulture, $"link add client mtu {GuestMtu} type veth peer name eth0 mtu {GuestMtu} netns {names.ClientNamespace}"),
            "link set client master br0 up",
        ]);
        Batch(script, names.ClientNamespace, [$"address add {LabAddresses.Client}/24 dev eth0", "link set eth0 up"]);
    }

    /// <summary>The next hop from one site to every other, over the fewest links.</summary>
    private IEnumerable<(string Target, string Gateway)> Routes(string from)
    {
        var firstHop = new Dictionary<string, string> { [from] = "" };
        var queue = new Queue<string>([from]);
        while (queue.TryDequeue(out var site))
        {
            for (var index = 0; index < file.Links.Count; index++)
            {
                var link = file.Links[index];
                if (link.LeftSite != site && link.RightSite != site)
                {
                    continue;
                }

                var (other, end) = link.LeftSite == site ? (link.RightSite, 2) : (link.LeftSite, 1);
                var gateway = site == from ? string.Create(CultureInfo.InvariantCulture, $"10.255.{index}.{end}") : firstHop[site];
                if (firstHop.TryAdd(other, gateway))
                {
                    queue.Enqueue(other);
                    yield return (other, gateway);
                }
            }
        }
    }

    private static void Batch(StringBuilder script, string name, IEnumerable<string> lines) =>
        script.Append(CultureInfo.InvariantCulture, $"ip -n {name} -batch - <<'END'\n{string.Join('\n', lines)}\nEND\n");
}
