using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

/// <summary>Answers of an agent.</summary>
internal static class Samples
{
    public const string Id = "abc123def456";

    public static readonly Guid VmUuid = Guid.Parse("11111111-2222-3333-4444-555555555555");

    public static readonly DateTimeOffset RequestedAt = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static Vm Vm { get; } = new()
    {
        Name = "web1",
        Uuid = VmUuid,
        Host = "alpha",
        State = "running",
        VirtualCpus = 2,
        MemoryBytes = 512L << 20,
    };

    public static Api.Host Alpha { get; } = new() { Name = "alpha", Address = "192.0.2.1:8470", IsLocal = true, Reachable = true };

    public static Api.Host Beta { get; } = new()
    {
        Name = "beta",
        Address = "192.0.2.2:8470",
        IsLocal = false,
        Reachable = true,
        Capacity = new HostCapacity
        {
            AgentVersion = "0.1.0",
            LibvirtVersion = "9.0.0",
            EmulatorVersion = "10.0.2",
            OffersKvm = true,
            Cpus = 8,
            MemoryBytes = 16L << 30,
            MemoryFreeBytes = 12L << 30,
            RunningVms = 3,
        },
        Channel = new ChannelState { Transport = "tcp", Cipher = "TLS_AES_256_GCM_SHA384", RoundTripMs = 30.25, Links = 1 },
    };

    public static Api.Migration Migration(MigrationPhase phase, MigrationProgress? progress = null, Failure? failure = null, MigrationReport? report = null) => new()
    {
        Id = Id,
        Vm = "web1",
        VmUuid = VmUuid,
        Source = "alpha",
        Destination = "beta",
        Phase = phase,
        RequestedAt = RequestedAt,
        EndedAt = phase.IsFinal() ? RequestedAt.AddSeconds(12.4) : null,
        Progress = progress,
        Failure = failure,
        Report = report,
    };

    public static MigrationProgress Progress(int links = 1) => new()
    {
        DiskTotalBytes = 1L << 30,
        DiskDoneBytes = 512L << 20,
        MemoryTotalBytes = 512L << 20,
        MemoryRemainingBytes = 128L << 20,
        Iteration = 2,
        BitsPerSecond = 412_000_000,
        DirtyBytesPerSecond = 12L << 20,
        Links = links,
    };

    public static MigrationReport Report(string outcome, params MigrationPhase[] phases) => new()
    {
        Outcome = outcome,
        Vm = "web1",
        Source = "alpha",
        Destination = "beta",
        TotalSeconds = 12.4,
        DowntimeMs = outcome == "Completed" ? 85 : null,
        Phases = [.. phases.Select(phase => new PhaseTime(phase, 1.5))],
        MemoryBytes = 600L << 20,
        DiskBytes = 1L << 30,
        WireBytes = 1700L << 20,
        Transport = "tcp",
        Cipher = "TLS_AES_256_GCM_SHA384",
    };

    public static Api.Migration Completed { get; } =
        Migration(MigrationPhase.Completed, report: Report("Completed", MigrationPhase.Preparing, MigrationPhase.PreCopy, MigrationPhase.SwitchOver));

    public static Api.Migration RolledBack(FailureCode code, params MigrationPhase[] phases)
    {
        var failure = new Failure(code, "It did not work.", "Try again.");
        return Migration(MigrationPhase.RolledBack, failure: failure, report: Report("RolledBack", phases));
    }
}
