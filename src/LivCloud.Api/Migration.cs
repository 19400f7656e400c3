using LivCloud.Core;

namespace LivCloud.Api;

/// <summary>A migration, under way or over.</summary>
public sealed record Migration
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The VM's name.</summary>
    public required string Vm { get; init; }

    /// <summary>The VM's UUID.</summary>
    public required Guid VmUuid { get; init; }

    /// <summary>The host that has, or had, the VM.</summary>
    public required string Source { get; init; }

    /// <summary>The host that gets it.</summary>
    public required string Destination { get; init; }

    /// <summary>Where it stands.</summary>
    public required MigrationPhase Phase { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it was over; null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How far it is; null before anything was sent and when it is over.</summary>
    public MigrationProgress? Progress { get; init; }

    /// <summary>Why it was rolled back or stranded; null otherwise.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What was measured; null until it is over.</summary>
    public MigrationReport? Report { get; init; }
}

/// <summary>How far a migration is, renewed about twice a second.</summary>
public sealed record MigrationProgress
{
    /// <summary>The disks to copy in all, in bytes of their virtual size; 0 with shared disks.</summary>
    public required long DiskTotalBytes { get; init; }

    /// <summary>How much of them is copied, in bytes of virtual size; empty parts count too, and take next to no time.</summary>
    public required long DiskDoneBytes { get; init; }

    /// <summary>The guest's memory, in bytes.</summary>
    public required long MemoryTotalBytes { get; init; }

    /// <summary>Memory still to be sent in this pass, in bytes.</summary>
    public required long MemoryRemainingBytes { get; init; }

    /// <summary>The pass over the memory, from 1; 0 before the first.</summary>
    public required int Iteration { get; init; }

    /// <summary>What the session to the destination sends now, in bits per second.</summary>
    public required long BitsPerSecond { get; init; }

    /// <summary>How fast the guest changes its memory, in bytes per second, as QEMU last measured it.</summary>
    public required long DirtyBytesPerSecond { get; init; }

    /// <summary>By how much the guest's processors are slowed, in per cent of their time.</summary>
    public double ThrottlePct { get; init; }

    /// <summary>How long the migration takes still, in seconds, as it goes now; null while that is not known, and when it would not end.</summary>
    public double? RemainingSeconds { get; init; }

    /// <summary>Whether it would end as it goes now; true also while that is not known.</summary>
    public bool Ends { get; init; } = true;

    /// <summary>How long nothing has been sent although the destination can be reached, in seconds, from 4 on; null otherwise.</summary>
    public double? StalledSeconds { get; init; }

    /// <summary>How many links to the destination are up; 0 while the connection is being restored.</summary>
    public required int Links { get; init; }

    /// <summary>How long nothing has come from the destination, in seconds; more than about 3 hints at a lost link. null while no link is up.</summary>
    public double? SilentSeconds { get; init; }

    /// <summary>How long the connection may still take to be restored before the migration is rolled back, in seconds; null while a link is up.</summary>
    public double? HoldRemainingSeconds { get; init; }
}

/// <summary>What a finished migration measured.</summary>
public sealed record MigrationReport
{
    /// <summary>"Completed", "RolledBack" or "Stranded".</summary>
    public required string Outcome { get; init; }

    /// <summary>The VM's name.</summary>
    public required string Vm { get; init; }

    /// <summary>The source host.</summary>
    public required string Source { get; init; }

    /// <summary>The destination host.</summary>
    public required string Destination { get; init; }

    /// <summary>From the request to the end, in seconds.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>How long the guest was paused, in milliseconds, as libvirt reports it; null when it was not moved.</summary>
    public double? DowntimeMs { get; init; }

    /// <summary>How long each phase took, in order.</summary>
    public required IReadOnlyList<PhaseTime> Phases { get; init; }

    /// <summary>What was done so that it meets its goals, in order.</summary>
    public IReadOnlyList<MigrationStep> Steps { get; init; } = [];

    /// <summary>Guest memory that QEMU sent, in bytes; of a migration that did not complete, what was last known.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>How much of the disks was copied, in bytes of their virtual size; empty parts count too.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>All that the channel's links carried for it in both directions, in bytes above TCP or UDT.</summary>
    public required long WireBytes { get; init; }

    /// <summary>"tcp" or "udt"; null when the destination was not reached.</summary>
    public string? Transport { get; init; }

    /// <summary>Why that, as a clause; null when the destination was not reached.</summary>
    public string? TransportReason { get; init; }

    /// <summary>The TLS cipher suite; null when the destination was not reached.</summary>
    public string? Cipher { get; init; }

    /// <summary>Why the outcome is not Completed; null otherwise.</summary>
    public Failure? Failure { get; init; }
}

/// <summary>How long a migration was in a phase.</summary>
/// <param name="Name">The phase.</param>
/// <param name="Seconds">How long, in seconds.</param>
public sealed record PhaseTime(MigrationPhase Name, double Seconds);

/// <summary>What was done about a migration that was about to miss a goal.</summary>
/// <param name="Action">"Hurry": it no longer left the path to others; "Slow", "SlowMore": the guest was slowed; "PostCopy": it went on at the destination; "GiveUp": it was rolled back.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, as a clause or a sentence.</param>
public sealed record MigrationStep(string Action, DateTimeOffset At, string Reason);
