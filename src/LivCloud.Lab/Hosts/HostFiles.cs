using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using LivCloud.Lab.Networks;
using LivCloud.Lab.Topology;

namespace LivCloud.Lab.Hosts;

/// <summary>Writes the files that a host finds in its own /etc, and the scripts that run as first processes.</summary>
internal static class HostFiles
{
    public const int AgentPort = 8470;

    public static void Write(string host, LabFile file, LabNames names, string dataDirectory)
    {
        var addresses = new LabAddresses(file);
        var hosts = file.Sites.SelectMany(site => site.Hosts).ToList();
        Directory.CreateDirectory($"{dataDirectory}/etc/libvirt");
        Directory.CreateDirectory($"{dataDirectory}/etc/livcloud");
        Directory.CreateDirectory($"{dataDirectory}/var/lib/libvirt/images");
        File.WriteAllText($"{dataDirectory}/etc/hosts",
            "127.0.0.1 localhost\n" + string.Concat(hosts.Select(other => $"{addresses.Host(other)} {other}\n")));
        File.WriteAllText($"{dataDirectory}/etc/libvirt/libvirtd.conf", $"""
            host_uuid = "{HostUuid(names.Lab, host)}"
            auth_unix_rw = "none"
            auth_unix_ro = "none"
            unix_sock_group = "root"

            """);
        // libvirt's keep-alive settings stay at their defaults on purpose: users have those.
        File.WriteAllText($"{dataDirectory}/etc/libvirt/qemu.conf", """
            user = "root"
            group = "root"
            security_driver = "none"
            namespaces = []
            cgroup_controllers = []
            stdio_handler = "file"
            dynamic_ownership = 0
            remember_owner = 0

            """);
        var agent = new StringBuilder();
        agent.Append(CultureInfo.InvariantCulture, $"""
            name: {host}
            listen: 0.0.0.0:{AgentPort}
            certificate: /etc/livcloud/{host}.crt
            key: /etc/livcloud/{host}.key
            ca: /etc/livcloud/ca.crt
            peers:

            """);
        foreach (var other in hosts.Where(other => other != host))
        {
            agent.Append(CultureInfo.InvariantCulture, $"  - name: {other}\n    address: {addresses.Host(other)}:{AgentPort}\n");
        }

        agent.Append("holdTime: 120s\n");
        File.WriteAllText($"{dataDirectory}/etc/livcloud/agent.yaml", agent.ToString());
    }

    /// <summary>Writes a script that is part of this assembly to a file.</summary>
    public static void WriteScript(string name, string path)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var file = new FileStream(path, FileMode.Create);
        resource.CopyTo(file);
    }

    /// <summary>The same host of the same lab has the same UUID after a restart; no two hosts share one, or libvirt would refuse to migrate.</summary>
    private static Guid HostUuid(string lab, string host) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{lab}/{host}")).AsSpan(0, 16));
}
