using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Steering;
using LivCloud.Prediction.Calibration;

namespace LivCloud.Migration.Journal;

/// <summary>All that outlives the agent about a migration that leaves its host.</summary>
public sealed record MigrationRecord
{
    /// <summary>Its id.</summary>
    public required MigrationId Id { get; init; }

    /// <summary>The VM's name.</summary>
    public required string Vm { get; init; }

    /// <summary>The VM's UUID.</summary>
    public required Guid VmUuid { get; init; }

    /// <summary>This host.</summary>
    public required HostName Source { get; init; }

    /// <summary>The host that gets the VM.</summary>
    public required HostName Destination { get; init; }

    /// <summary>What the user wants.</summary>
    public required MigrationGoals Goals { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>The phases it went through, the present one last.</summary>
    public required IReadOnlyList<PhaseEntry> History { get; init; }

    /// <summary>The source's emulator process, known from Preparing on; it may have been fenced.</summary>
    public EmulatorIdentity? Emulator { get; init; }

    /// <summary>The images at the source whose contents are copied; empty while unknown and with shared disks.</summary>
    public IReadOnlyList<CopiedImage> CopiedImages { get; init; } = [];

    /// <summary>Whether libvirt started the VM with the host before; switched off while it moves.</summary>
    public bool StartsWithHost { get; init; }

    /// <summary>Whether what follows completion at the source (its images) is still to be done.</summary>
    public bool CleanupPending { get; init; }

    /// <summary>Why it did not complete; null otherwise.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What the bare model said beforehand; null when nothing was measured that it could say it of.</summary>
    public MoveFigures? Modelled { get; init; }

    /// <summary>What was predicted beforehand; null when nothing was.</summary>
    public PredictedMove? Predicted { get; init; }

    /// <summary>What was done so that it meets its goals, in order.</summary>
    public IReadOnlyList<StepEntry> Steps { get; init; } = [];

    /// <summary>What was measured so far.</summary>
    public Measurements Measurements { get; init; } = new();

    /// <summary>The present phase.</summary>
    public MigrationPhase Phase => History[^1].Phase;

    /// <summary>When it was over; null while it is under way.</summary>
    public DateTimeOffset? EndedAt => Phase.IsFinal() ? History[^1].At : null;

    /// <summary>The record in its next phase.</summary>
    /// <exception cref="InvalidOperationException">The engine asked for a step that <see cref="PhaseTransitions"/> does not allow.</exception>
    public MigrationRecord Enter(MigrationPhase phase, DateTimeOffset now) => PhaseTransitions.IsAllowed(Phase, phase)
        ? this with { History = [.. History, new PhaseEntry(phase, now)] }
        : throw new InvalidOperationException($"Migration {Id} can not go from {Phase} to {phase}.");
}

/// <summary>When a phase began.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="At">When, by this host's clock.</param>
public sealed record PhaseEntry(MigrationPhase Phase, DateTimeOffset At);

/// <summary>What was done about a move that was about to miss a goal.</summary>
/// <param name="Step">What.</param>
/// <param name="At">When, by this host's clock.</param>
/// <param name="Reason">Why, as a clause or a sentence.</param>
public sealed record StepEntry(SteeringStep Step, DateTimeOffset At, string Reason);

/// <summary>A process, told from a later one with the same number.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot (proc(5), stat field 22).</param>
/// <param name="BootId">Which boot of the host that was (/proc/sys/kernel/random/boot_id).</param>
public sealed record EmulatorIdentity(int Pid, long StartTicks, string BootId);

/// <summary>An image whose contents were copied, told from a later one at the same path.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Identity">What <see cref="Ports.IStorage.Identify"/> said of it; null when it could not be seen.</param>
public sealed record CopiedImage(string Path, string? Identity);

/// <summary>What was predicted of a migration.</summary>
/// <param name="TotalSeconds">The whole time, in seconds.</param>
/// <param name="PauseSeconds">The pause of the guest, in seconds.</param>
/// <param name="Bytes">What is sent, in bytes.</param>
public sealed record PredictedMove(Estimate TotalSeconds, Estimate PauseSeconds, Estimate Bytes);

/// <summary>What a migration measured.</summary>
public sealed record Measurements
{
    /// <summary>How long the guest was paused, as libvirt reports it; null until known.</summary>
    public TimeSpan? Downtime { get; init; }

    /// <summary>Guest memory that QEMU sent, in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Disk contents that QEMU sent, in bytes.</summary>
    public long DiskBytes { get; init; }

    /// <summary>What the channel carried for it in both directions, in bytes.</summary>
    public long WireBytes { get; init; }

    /// <summary>"tcp" or "udt"; empty before there was a channel.</summary>
    public string Transport { get; init; } = "";

    /// <summary>Why that, as a clause; empty before there was a channel.</summary>
    public string TransportReason { get; init; } = "";

    /// <summary>The TLS cipher suite; empty before there was a channel.</summary>
    public string Cipher { get; init; } = "";
}
