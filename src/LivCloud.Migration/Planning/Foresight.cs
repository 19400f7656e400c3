using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Ports;
using LivCloud.Migration.PreCopy;
using LivCloud.Migration.Vms;
using LivCloud.Prediction.Calibration;
using LivCloud.Prediction.Courses;
using LivCloud.Prediction.Outlooks;

namespace LivCloud.Migration.Planning;

/// <summary>Says what a move would take, from what was measured and from what past moves took. Pure.</summary>
public static class Foresight
{
    // A guest that seems to use less of its processors' time is taken to use so much of it.
    private const double LeastBusy = 0.02;

    /// <summary>Chooses the strategy by which a move should be made, and says what it takes.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="load">What it was seen to do.</param>
    /// <param name="copiedDisks">Target names of the disks that are copied.</param>
    /// <param name="path">What the path was seen to carry.</param>
    /// <param name="goals">What the user wants.</param>
    /// <param name="correction">What past moves tell of the model's errors.</param>
    public static Choice Choose(VmFacts vm, VmLoad load, IReadOnlyList<string> copiedDisks, PathMeasure path, MigrationGoals goals, Correction correction)
    {
        var copied = vm.Disks.Where(disk => copiedDisks.Contains(disk.Target)).ToList();
        var budget = DowntimeGoal.MemoryBudget(goals.MaxDowntime, path.RoundTrip, copied.Count > 0) ?? DowntimeGoal.LeastMemoryTime;
        var policy = new DowntimeLimitPolicy(budget);
        var rate = Math.Min(path.Rate.BytesPerSecond, goals.MaxBandwidth?.BytesPerSecond ?? long.MaxValue);
        var move = new MoveCase
        {
            Memory = Memory(load, vm.MemoryBytes),
            Disks = new DiskLoad(copied.Count, copied.Sum(disk => (double)Math.Min(disk.AllocationBytes, disk.CapacityBytes)), copied.Count == 0 ? 0 : load.DiskBytesPerSecond ?? 0),
            Path = new PathLoad(Math.Max(1, rate), path.RoundTrip),
            Limit = policy.At,
            SwitchOverCost = DowntimeGoal.SwitchOverCost(path.RoundTrip, copied.Count > 0),
        };
        return Choice.Make(strategy => MoveModel.Look(move, strategy, correction), new MoveGoals(goals.MaxDowntime, goals.Deadline, goals.AllowsPostCopy));
    }

    /// <summary>A guest's memory as the models take it, all of it still to be sent.</summary>
    /// <param name="load">What the guest was seen to do.</param>
    /// <param name="memoryBytes">How much memory it has, in bytes.</param>
    public static MemoryLoad Memory(VmLoad load, long memoryBytes)
    {
        ArgumentNullException.ThrowIfNull(load);
        return new MemoryLoad
        {
            UsedBytes = memoryBytes * (1 - load.ZeroShare),
            ZeroBytes = memoryBytes * load.ZeroShare,
            Dirty = DirtyCurve.Through(load.Dirty, memoryBytes),
            AgainShare = load.AgainShare,
            DeltaCacheBytes = DeltaCache.For(memoryBytes).Bytes,
            Busy = Math.Clamp(load.BusyShare ?? 1, LeastBusy, 1),
        };
    }

    /// <summary>The check that a plan shows for what was chosen.</summary>
    /// <param name="vm">The VM's name.</param>
    /// <param name="destination">The host that it is to go to.</param>
    /// <param name="choice">What was chosen.</param>
    /// <param name="goals">What the user wants; a forced move passes.</param>
    public static CheckResult Check(string vm, HostName destination, Choice choice, MigrationGoals goals)
    {
        ArgumentNullException.ThrowIfNull(choice);
        ArgumentNullException.ThrowIfNull(goals);
        return choice.Verdict != Verdict.No
            ? new CheckResult("goals", string.Join(' ', [choice.Reason, .. choice.Conditions]))
            : goals.IsForced
                ? new CheckResult("goals", $"{string.Join(' ', choice.Conditions)} It is tried all the same, as was said.")
                : new CheckResult("goals", $"{vm} should not be moved to {destination} now. {string.Join(' ', choice.Conditions)}",
                    choice.Outlook.Converges ? FailureCode.GoalMissed : FailureCode.WouldNotEnd, $"{choice.Remedy} Or use --force to try it all the same.");
    }

    /// <summary>What past moves tell of the model's errors.</summary>
    /// <param name="past">All migrations that the journal has.</param>
    /// <param name="vm">The VM that is to be moved.</param>
    /// <param name="source">The host that has it.</param>
    /// <param name="destination">The host that it is to go to.</param>
    public static Correction Learn(IEnumerable<MigrationRecord> past, Guid vm, HostName source, HostName destination) =>
        Correction.From(past.Select(ToPastMove).OfType<PastMove>(), vm, source.ToString(), destination.ToString());

    /// <summary>What a migration took; null when it did not complete, or nothing was said of it beforehand.</summary>
    public static PastMove? ToPastMove(MigrationRecord record)
    {
        if (record is not { Phase: MigrationPhase.Completed, Modelled: { } modelled, Measurements.Downtime: { } downtime, EndedAt: { } ended })
        {
            return null;
        }

        var spans = record.History.Zip(record.History.Skip(1), (entry, next) => (entry.Phase, (next.At - entry.At).TotalSeconds)).ToLookup(span => span.Phase, span => span.TotalSeconds);
        var (disks, memory) = (spans[MigrationPhase.CopyingDisks].Sum(), spans[MigrationPhase.PreCopy].Sum());
        var preparing = spans[MigrationPhase.Requested].Sum() + spans[MigrationPhase.Planned].Sum() + spans[MigrationPhase.Preparing].Sum();
        var total = (ended - record.RequestedAt).TotalSeconds;
        return new PastMove(record.VmUuid, record.Source.ToString(), record.Destination.ToString(), ended, modelled, new MoveFigures
        {
            PreparingSeconds = preparing,
            DisksSeconds = disks,
            MemorySeconds = memory,
            PauseSeconds = downtime.TotalSeconds,
            FinishingSeconds = Math.Max(0, total - preparing - disks - memory - downtime.TotalSeconds),
            Bytes = record.Measurements.WireBytes,
        });
    }
}
