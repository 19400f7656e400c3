using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Ports;
using Microsoft.Extensions.Logging;

namespace LivCloud.Migration.Source;

/// <summary>What the engine works with.</summary>
public sealed class EnginePorts
{
    /// <summary>This host.</summary>
    public required HostName Self { get; init; }

    /// <summary>What outlives the agent.</summary>
    public required IMigrationJournal Journal { get; init; }

    /// <summary>The local libvirt.</summary>
    public required IHypervisor Hypervisor { get; init; }

    /// <summary>What measures VMs.</summary>
    public required IVmGauge Gauge { get; init; }

    /// <summary>The local images.</summary>
    public required IStorage Storage { get; init; }

    /// <summary>What keeps a source copy from running.</summary>
    public required IEmulatorFence Fence { get; init; }

    /// <summary>The ways to other agents.</summary>
    public required IMigrationChannels Channels { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Where the engine logs to.</summary>
    public required ILogger Log { get; init; }
}
