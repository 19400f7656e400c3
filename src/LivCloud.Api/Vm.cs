namespace LivCloud.Api;

/// <summary>A virtual machine as a host sees it (libvirt: a domain).</summary>
public sealed record Vm
{
    /// <summary>Its name, unique on the host.</summary>
    public required string Name { get; init; }

    /// <summary>Its UUID, the same wherever it runs.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The host that answered.</summary>
    public required string Host { get; init; }

    /// <summary>"running", "paused", "shut off" or another of libvirt's domain states, in words.</summary>
    public required string State { get; init; }

    /// <summary>How many virtual CPUs it has.</summary>
    public required int VirtualCpus { get; init; }

    /// <summary>The memory that the guest may use, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The migration that moves it now; null when none does.</summary>
    public string? MigrationId { get; init; }
}
