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
    /// <summary>Says it.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="load">What it was seen to do.</param>
    /// <param name="copiedDisks">Target names of the disks that are copied.</param>
    /// <param name="path">What the path was seen to carry.</param>
    /// <param name="goals">What the user wants.</param>
    /// <param name="correction">What past moves tell of the model's errors.</param>
    public static Outlook Look(VmFacts vm, VmLoad load, IReadOnlyList<string> copiedDisks, PathMeasure path, MigrationGoals goals, Correction correction)
    {
        var used = vm.MemoryBytes * (1 - load.ZeroShare);
        var copied = vm.Disks.Where(disk => copiedDisks.Contains(disk.Target)).ToList();
        var budget = DowntimeGoal.MemoryBudget(goals.MaxDowntime, path.RoundTrip, copied.Count > 0) ?? DowntimeGoal.LeastMemoryTime;
        var policy = new DowntimeLimitPolicy(budget);
        var rate = Math.Min(path.Rate.BytesPerSecond, goals.MaxBandwidth?.BytesPerSecond ?? long.MaxValue);
        var move = new MoveCase
        {
            Memory = new MemoryLoad
            {
                UsedBytes = used,
                ZeroBytes = vm.MemoryBytes - used,
                Dirty = DirtyCurve.Through(load.Dirty, vm.MemoryBytes),
                AgainShare = load.AgainShare,
            },
            Disks = new DiskLoad(copied.Count, copied.Sum(disk => (double)Math.Min(disk.AllocationBytes, disk.CapacityBytes)), copied.Count == 0 ? 0 : load.DiskBytesPerSecond ?? 0),
            Path = new PathLoad(Math.Max(1, rate), path.RoundTrip),
            Limit = policy.At,
            SwitchOverCost = DowntimeGoal.SwitchOverCost(path.RoundTrip, copied.Count > 0),
        };
        return MoveModel.Look(move, Strategy.PreCopy, correction);
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
