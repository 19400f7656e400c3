namespace LivCloud.Api;

/// <summary>A host that an agent knows: itself or one of its peers.</summary>
public sealed record Host
{
    /// <summary>Its name, as in its certificate.</summary>
    public required string Name { get; init; }

    /// <summary>Where its agent listens, "address:port".</summary>
    public required string Address { get; init; }

    /// <summary>Whether this is the host that answered.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>Whether its agent answers now.</summary>
    public required bool Reachable { get; init; }

    /// <summary>Why it can not be reached; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>What it offers; null when it can not be reached.</summary>
    public HostCapacity? Capacity { get; init; }

    /// <summary>The way to it; null for the local host or when it can not be reached.</summary>
    public ChannelState? Channel { get; init; }
}

/// <summary>What a host has and runs.</summary>
public sealed record HostCapacity
{
    /// <summary>Version of the agent.</summary>
    public required string AgentVersion { get; init; }

    /// <summary>Version of libvirt, such as "9.0.0".</summary>
    public required string LibvirtVersion { get; init; }

    /// <summary>Version of the emulator, such as "10.0.2".</summary>
    public required string EmulatorVersion { get; init; }

    /// <summary>Whether libvirt offers KVM there; with false guests are emulated, which is much slower.</summary>
    public required bool OffersKvm { get; init; }

    /// <summary>Logical processors.</summary>
    public required int Cpus { get; init; }

    /// <summary>Memory in all, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Memory that a new VM could take, in bytes, less what is reserved.</summary>
    public required long MemoryFreeBytes { get; init; }

    /// <summary>How many VMs run.</summary>
    public required int RunningVms { get; init; }
}

/// <summary>The session to another agent.</summary>
public sealed record ChannelState
{
    /// <summary>"tcp" or "udt".</summary>
    public required string Transport { get; init; }

    /// <summary>The TLS cipher suite.</summary>
    public required string Cipher { get; init; }

    /// <summary>Round trip in milliseconds, smoothed.</summary>
    public required double RoundTripMs { get; init; }

    /// <summary>How many links the session has now; 0 while it waits for one.</summary>
    public required int Links { get; init; }
}
