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
    /// <summary>What the move would take; null when that was not asked, or could not be measured.</summary>
    public Outlook? Outlook { get; init; }

    /// <summary>What the VM was seen to do; null when it was not measured.</summary>
    public VmLoad? Load { get; init; }

    /// <summary>What the path was seen to carry; null when it was not measured.</summary>
    public PathMeasure? Path { get; init; }

    /// <summary>The first check that failed; null when the move can be made.</summary>
    public CheckResult? Obstacle => Checks.FirstOrDefault(check => !check.Passed);

    /// <summary>What the disks that would be copied take, in bytes.</summary>
    public long DiskBytes => Vm.Disks.Where(disk => CopiedDisks.Contains(disk.Target)).Sum(disk => disk.AllocationBytes);
}
