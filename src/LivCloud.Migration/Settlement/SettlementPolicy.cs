namespace LivCloud.Migration.Settlement;

/// <summary>What is seen of the VM at the source.</summary>
public enum SourceCondition
{
    /// <summary>Its guest runs, and its process is not fenced.</summary>
    Running,

    /// <summary>Its guest is paused, and its process is not fenced.</summary>
    Paused,

    /// <summary>Its process is stopped by us.</summary>
    Fenced,

    /// <summary>It has no process: shut off, undefined or ended.</summary>
    Gone,

    /// <summary>Libvirt does not answer and there is no sign of a fence.</summary>
    Unknown,
}

/// <summary>What the destination said of the VM.</summary>
public enum DestinationAnswer
{
    /// <summary>It was not asked yet.</summary>
    NotAsked,

    /// <summary>It was asked and did not answer.</summary>
    Unreachable,

    /// <summary>It has no copy, and will not get one by this migration any more.</summary>
    Gone,

    /// <summary>The guest runs there.</summary>
    Running,
}

/// <summary>What to do next about a migration whose outcome is open.</summary>
public enum SettlementStep
{
    /// <summary>Ask the destination, which clears its copy unless that runs.</summary>
    AskDestination,

    /// <summary>Look at the source again in a moment.</summary>
    WaitForSource,

    /// <summary>The source copy is the VM: release its fence, see that it runs; the migration is rolled back.</summary>
    KeepSource,

    /// <summary>The destination's copy is the VM: end the source's; the migration is completed.</summary>
    KeepDestination,

    /// <summary>Nobody knows yet: leave the source as it is, ask again later, tell the user.</summary>
    Strand,

    /// <summary>No copy runs anywhere: the source's process ended by itself. The migration is rolled back and the user told.</summary>
    ReportLoss,
}

/// <summary>Decides who has the VM when a migration did not end by itself: after an error, a lost link or a crash of the agent.</summary>
/// <remarks>
/// Three facts make it safe. The guest can run at the source only if libvirt's Finish call was never let through or the destination has
/// confirmed that its copy is gone; so a source that runs is the VM. A guest that this migration has brought can run at the destination only if
/// that call was let through; so what runs there without it is another VM. And a fenced source can not run, so waiting is always safe.
/// </remarks>
public static class SettlementPolicy
{
    /// <summary>The next step.</summary>
    /// <param name="source">What is seen at the source now.</param>
    /// <param name="destination">What the destination said last.</param>
    /// <param name="mayRunThere">Whether libvirt's Finish call may have been let through, as far as the source knows.</param>
    public static SettlementStep Next(SourceCondition source, DestinationAnswer destination, bool mayRunThere) => destination switch
    {
        DestinationAnswer.NotAsked => SettlementStep.AskDestination,
        DestinationAnswer.Running when mayRunThere => SettlementStep.KeepDestination,
        DestinationAnswer.Unreachable when mayRunThere => source switch
        {
            SourceCondition.Running => SettlementStep.KeepSource,
            SourceCondition.Paused or SourceCondition.Fenced or SourceCondition.Gone => SettlementStep.Strand,
            SourceCondition.Unknown => SettlementStep.WaitForSource,
        },

        // It has no copy, can have none that runs, or what runs there is another VM.
        DestinationAnswer.Gone or DestinationAnswer.Running or DestinationAnswer.Unreachable => source switch
        {
            SourceCondition.Running or SourceCondition.Paused or SourceCondition.Fenced => SettlementStep.KeepSource,
            SourceCondition.Gone => SettlementStep.ReportLoss,
            SourceCondition.Unknown => SettlementStep.WaitForSource,
        },
    };
}
