using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Source;
using LivCloud.Prediction.Calibration;
using Outlooks = LivCloud.Prediction.Outlooks;

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
        Verdict = ToVerdict(outcome.Verdict),
        Reason = outcome.Choice?.Reason,
        Conditions = outcome.Choice?.Conditions ?? (outcome.Obstacle is null ? ["What it takes could not be measured."] : []),
        Outlook = outcome.Choice?.Outlook is { } outlook
            ? new Outlook
            {
                Strategy = ToStrategy(outlook.Strategy),
                ThrottlePct = outlook.Throttle * 100,
                MissingSeconds = outlook.Missing.TotalSeconds,
                Converges = outlook.Converges,
                ConvergesSurely = outlook.ConvergesSurely,
                Seconds = ToQuantiles(outlook.TotalSeconds, 1),
                DowntimeMs = ToQuantiles(outlook.PauseSeconds, 1000),
                Bytes = ToQuantiles(outlook.Bytes, 1),
                Modelled = ToParts(outlook.Modelled),
            }
            : null,
        Load = outcome.Load is { } load
            ? new VmLoad
            {
                At = load.At,
                Dirty = [.. load.Dirty.Select(sample => new DirtyMemory(sample.Period.TotalSeconds, sample.Bytes))],
                UsedBytes = (long)(outcome.Vm.MemoryBytes * (1 - load.ZeroShare)),
                CompressedShare = load.CompressedShare,
                DiskBytesPerSecond = (long?)load.DiskBytesPerSecond,
            }
            : null,
        Path = outcome.Path is { } path ? new PathLoad(path.At, path.Rate.BitsPerSecond, path.RoundTrip.TotalMilliseconds, path.SentAgainShare * 100) : null,
        Checks = [.. outcome.Checks.Select(check => new PlanCheck
        {
            Name = check.Name,
            Passed = check.Passed,
            Detail = check.Detail,
            Remedy = check.Remedy,
            Code = check.Code,
        })],
    };

    private static PlanVerdict ToVerdict(Outlooks.Verdict verdict) => verdict switch
    {
        Outlooks.Verdict.Go => PlanVerdict.Go,
        Outlooks.Verdict.GoWithConditions => PlanVerdict.GoWithConditions,
        Outlooks.Verdict.No => PlanVerdict.No,
    };

    private static PlanStrategy ToStrategy(Outlooks.Strategy strategy) => strategy switch
    {
        Outlooks.Strategy.PreCopy => PlanStrategy.PreCopy,
        Outlooks.Strategy.AutoConverge => PlanStrategy.AutoConverge,
        Outlooks.Strategy.PostCopy => PlanStrategy.PostCopy,
    };

    public static Quantiles ToQuantiles(Estimate estimate, double units) => new(estimate.P50 * units, estimate.P90 * units);

    public static MoveParts ToParts(MoveFigures figures) => new()
    {
        PreparingSeconds = figures.PreparingSeconds,
        DisksSeconds = figures.DisksSeconds,
        MemorySeconds = figures.MemorySeconds,
        PauseSeconds = figures.PauseSeconds,
        FinishingSeconds = figures.FinishingSeconds,
        Bytes = figures.Bytes,
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
            ThrottlePct = (snapshot.Progress?.Throttle ?? 0) * 100,
            RemainingSeconds = snapshot.Outlook?.Remaining?.TotalSeconds,
            Ends = snapshot.Outlook?.Ends ?? true,
            StalledSeconds = snapshot.Outlook?.StalledFor?.TotalSeconds,
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
        Steps = [.. record.Steps.Select(step => new MigrationStep(step.Step.ToString(), step.At, step.Reason))],
        MemoryBytes = record.Measurements.MemoryBytes,
        DiskBytes = record.Measurements.DiskBytes,
        WireBytes = record.Measurements.WireBytes,
        Transport = record.Measurements.Transport is { Length: > 0 } transport ? transport : null,
        TransportReason = record.Measurements.TransportReason is { Length: > 0 } reason ? reason : null,
        Cipher = record.Measurements.Cipher is { Length: > 0 } cipher ? cipher : null,
        Failure = record.Failure,
    };
}
