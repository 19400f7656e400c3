using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;
using LivCloud.Prediction.Outlooks;

namespace LivCloud.Migration.Source;

/// <summary>What planning found.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Checks">All checks of both ends.</param>
/// <param name="CopiedDisks">Target names of the disks that would be copied.</param>
/// <param name="Channel">The way to the destination; null when the source's own checks failed and the destination was not asked.</param>
public sealed record PlanOutcome(VmFacts Vm, IReadOnlyList<CheckResult> Checks, IReadOnlyList<string> CopiedDisks, IMigrationChannel? Channel)
{
    /// <summary>How the move should be made and what it would take; null when that was not asked, or could not be measured.</summary>
    public Choice? Choice { get; init; }

    /// <summary>What the VM was seen to do; null when it was not measured.</summary>
    public VmLoad? Load { get; init; }

    /// <summary>What the path was seen to carry; null when it was not measured.</summary>
    public PathMeasure? Path { get; init; }

    /// <summary>The first check that failed; null when the move can be made.</summary>
    public CheckResult? Obstacle => Checks.FirstOrDefault(check => !check.Passed);

    /// <summary>Whether the move should be made; one that could not be measured, with the condition that nothing is known of it.</summary>
    public Verdict Verdict => Obstacle is not null ? Verdict.No : Choice?.Verdict ?? Verdict.GoWithConditions;

    /// <summary>What the disks that would be copied take, in bytes.</summary>
    public long DiskBytes => Vm.Disks.Where(disk => CopiedDisks.Contains(disk.Target)).Sum(disk => disk.AllocationBytes);
}
