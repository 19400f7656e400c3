using System.Text.Json.Serialization;
using LivCloud.Core;

namespace LivCloud.Api;

/// <summary>What a migration would do, found out without changing anything.</summary>
public sealed record Plan
{
    /// <summary>The VM's name.</summary>
    public required string Vm { get; init; }

    /// <summary>The host that has it.</summary>
    public required string Source { get; init; }

    /// <summary>The host it would move to.</summary>
    public required string Destination { get; init; }

    /// <summary>Whether the migration would be started.</summary>
    public required bool Feasible { get; init; }

    /// <summary>Whether the migration should be made.</summary>
    public required PlanVerdict Verdict { get; init; }

    /// <summary>Why the strategy of <see cref="Outlook"/> was chosen, in one sentence; null when nothing was measured.</summary>
    public string? Reason { get; init; }

    /// <summary>What one should know of the migration before it is made, a sentence each; of one that should not be made, why not.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>Whether disks would be copied or are shared; never <see cref="StorageMode.Auto"/>.</summary>
    public required StorageMode Storage { get; init; }

    /// <summary>The guest's memory, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What the disks that would be copied take on the source's storage (their allocated size), in bytes.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>What the migration would take; null when it is refused, or the VM's memory can not be looked at.</summary>
    public Outlook? Outlook { get; init; }

    /// <summary>What the VM was seen to do; null when it was not measured.</summary>
    public VmLoad? Load { get; init; }

    /// <summary>What the path to the destination was seen to carry; null when it was not measured.</summary>
    public PathLoad? Path { get; init; }

    /// <summary>Each check with its outcome.</summary>
    public required IReadOnlyList<PlanCheck> Checks { get; init; }
}

/// <summary>Whether a migration should be made.</summary>
public enum PlanVerdict
{
    /// <summary>It meets its goals in nine cases of ten.</summary>
    [JsonStringEnumMemberName("go")]
    Go,

    /// <summary>It meets its goals, with what <see cref="Plan.Conditions"/> say.</summary>
    [JsonStringEnumMemberName("goWithConditions")]
    GoWithConditions,

    /// <summary>It can not be made, would not end, or would not meet its goals.</summary>
    [JsonStringEnumMemberName("no")]
    No,
}

/// <summary>One check of a plan.</summary>
public sealed record PlanCheck
{
    /// <summary>What was checked, in a few words, such as "memory at cloud".</summary>
    public required string Name { get; init; }

    /// <summary>Whether it passed.</summary>
    public required bool Passed { get; init; }

    /// <summary>What was found, in one sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>What would help; null when it passed.</summary>
    public string? Remedy { get; init; }

    /// <summary>The reason, for programs; null when it passed. A name of <see cref="FailureCode"/>.</summary>
    public FailureCode? Code { get; init; }
}
