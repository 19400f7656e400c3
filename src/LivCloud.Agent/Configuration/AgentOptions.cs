using System.Net;
using LivCloud.Core;

namespace LivCloud.Agent.Configuration;

/// <summary>How an agent is set up; read from agent.yaml.</summary>
public sealed record AgentOptions
{
    /// <summary>Where agent.yaml is unless told otherwise.</summary>
    public const string DefaultPath = "/etc/livcloud/agent.yaml";

    /// <summary>The port an agent listens on unless told otherwise.</summary>
    public const int DefaultPort = 8470;

    /// <summary>This host's name, as in its certificate.</summary>
    public required HostName Name { get; init; }

    /// <summary>Where it listens for other agents. Default 0.0.0.0:8470.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>PEM file of this host's certificate.</summary>
    public required string CertificatePath { get; init; }

    /// <summary>PEM file of its private key.</summary>
    public required string KeyPath { get; init; }

    /// <summary>PEM file of the authority that signed every agent's certificate.</summary>
    public required string AuthorityPath { get; init; }

    /// <summary>The other agents: where they listen; empty for one that only connects to us.</summary>
    public required IReadOnlyDictionary<HostName, string> Peers { get; init; }

    /// <summary>How long a session waits for a new link before it fails. Default 120 s, 1 s to 1 h.</summary>
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How many links a session has. Default 1, 1 to 16.</summary>
    public int Links { get; init; } = 1;

    /// <summary>What links that this host dials are made over. Default auto.</summary>
    public LinkTransport Transport { get; init; } = LinkTransport.Auto;

    /// <summary>The control law of TCP links, as Linux names it; null: the system's. Default bbr. Where the system does not have it, its own.</summary>
    public string? CongestionControl { get; init; } = "bbr";

    /// <summary>URI of the local libvirt.</summary>
    public string LibvirtUri { get; init; } = "qemu:///system";

    /// <summary>Path of the local libvirt's socket, for relays; null: the usual places are tried.</summary>
    public string? LibvirtSocket { get; init; }

    /// <summary>Directory of what must outlive a reboot: the journal.</summary>
    public string StateDirectory { get; init; } = "/var/lib/livcloud";

    /// <summary>Directory of sockets. Default /run/livcloud; libvirt's path rules want the same one on every host.</summary>
    public string RunDirectory { get; init; } = "/run/livcloud";

    /// <summary>Path of the API's socket.</summary>
    public string ApiSocket => Path.Combine(RunDirectory, "agent.sock");

    /// <summary>Directory of the directories of migrations.</summary>
    public string MigrationDirectories => Path.Combine(RunDirectory, "m");

    /// <summary>Directory of the sockets of one migration.</summary>
    public string MigrationDirectory(MigrationId id) => Path.Combine(MigrationDirectories, id.ToString());
}
