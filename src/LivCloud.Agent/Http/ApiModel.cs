using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Source;

namespace LivCloud.Agent.Http;

/// <summary>Turns the engine's values into the API's.</summary>
internal static class ApiModel
{
    public static Api.Migration ToStatus(MigrationSnapshot snapshot)
    {
        var record = snapshot.Record;
        return new Api.Migration
        {
            Id = record.Id.ToString(),
            Vm = record.Vm,
            VmUuid = record.VmUuid,
            Source = record.Source.ToString(),
            Destination = record.Destination.ToString(),
            Phase = record.Phase,
            RequestedAt = record.RequestedAt,
            EndedAt = record.EndedAt,
            Progress = ToProgress(snapshot),
            Failure = record.Failure,
            Report = record.Phase.IsFinal() || record.Phase == MigrationPhase.Stranded ? ToReport(record) : null,
        };
    }

    public static Plan ToPlan(PlanOutcome outcome, HostName source, HostName destination) => new()
    {
        Vm = outcome.Vm.Name,
        Source = source.ToString(),
        Destination = destination.ToString(),
        Feasible = outcome.Obstacle is null,
        Storage = outcome.CopiedDisks.Count > 0 ? StorageMode.Copy : StorageMode.Shared,
        MemoryBytes = outcome.Vm.MemoryBytes,
        DiskBytes = outcome.DiskBytes,
        Checks = [.. outcome.Checks.Select(check => new PlanCheck
        {
            Name = check.Name,
            Passed = check.Passed,
            Detail = check.Detail,
            Remedy = check.Remedy,
            Code = check.Code,
        })],
    };

    private static MigrationProgress? ToProgress(MigrationSnapshot snapshot) => snapshot.Path is { } path
        ? new MigrationProgress
        {
            DiskTotalBytes = snapshot.Progress?.DiskTotalBytes ?? 0,
            DiskDoneBytes = snapshot.Progress?.DiskDoneBytes ?? 0,
            MemoryTotalBytes = snapshot.Progress?.MemoryTotalBytes ?? 0,
            MemoryRemainingBytes = snapshot.Progress?.MemoryRemainingBytes ?? 0,
            Iteration = snapshot.Progress?.Iteration ?? 0,
            BitsPerSecond = snapshot.BitsPerSecond,
            DirtyBytesPerSecond = snapshot.Progress?.DirtyBytesPerSecond ?? 0,
            Links = path.Links,
            SilentSeconds = path.Silence?.TotalSeconds,
            HoldRemainingSeconds = path.HoldRemaining?.TotalSeconds,
        }
        : null;

    private static MigrationReport ToReport(MigrationRecord record) => new()
    {
        Outcome = record.Phase.ToString(),
        Vm = record.Vm,
        Source = record.Source.ToString(),
        Destination = record.Destination.ToString(),
        TotalSeconds = (record.History[^1].At - record.RequestedAt).TotalSeconds,
        DowntimeMs = record.Measurements.Downtime?.TotalMilliseconds,
        Phases = [.. record.History.Zip(record.History.Skip(1), (entry, next) => new PhaseTime(entry.Phase, (next.At - entry.At).TotalSeconds))],
        MemoryBytes = record.Measurements.MemoryBytes,
        DiskBytes = record.Measurements.DiskBytes,
        WireBytes = record.Measurements.WireBytes,
        Transport = record.Measurements.Transport is { Length: > 0 } transport ? transport : null,
        TransportReason = record.Measurements.TransportReason is { Length: > 0 } reason ? reason : null,
        Cipher = record.Measurements.Cipher is { Length: > 0 } cipher ? cipher : null,
        Failure = record.Failure,
    };
}
