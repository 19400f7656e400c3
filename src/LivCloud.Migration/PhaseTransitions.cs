using LivCloud.Core;

namespace LivCloud.Migration;

/// <summary>Which phase may follow which.</summary>
public static class PhaseTransitions
{
    /// <summary>Whether a migration in phase <paramref name="from"/> may go to <paramref name="to"/>.</summary>
    /// <remarks>
    /// Forward steps may skip phases that a migration does not have (a shared disk is never copied). Anything before Completed may roll
    /// back. Only what may already have been fenced can strand, and what is stranded ends as either.
    /// </remarks>
    public static bool IsAllowed(MigrationPhase from, MigrationPhase to) => from switch
    {
        MigrationPhase.Requested => to is MigrationPhase.Planned or MigrationPhase.RollingBack or MigrationPhase.RolledBack,
        MigrationPhase.Planned => to is MigrationPhase.Preparing or MigrationPhase.RollingBack,
        MigrationPhase.Preparing => to is MigrationPhase.CopyingDisks or MigrationPhase.PreCopy or MigrationPhase.SwitchOver or MigrationPhase.Finishing
            or MigrationPhase.RollingBack,
        MigrationPhase.CopyingDisks => to is MigrationPhase.PreCopy or MigrationPhase.SwitchOver or MigrationPhase.Finishing or MigrationPhase.RollingBack,
        MigrationPhase.PreCopy => to is MigrationPhase.SwitchOver or MigrationPhase.Finishing or MigrationPhase.RollingBack,
        MigrationPhase.SwitchOver => to is MigrationPhase.Finishing or MigrationPhase.RollingBack or MigrationPhase.Stranded,
        MigrationPhase.Finishing => to is MigrationPhase.Completed or MigrationPhase.RollingBack or MigrationPhase.Stranded,
        MigrationPhase.RollingBack => to is MigrationPhase.RolledBack or MigrationPhase.Stranded or MigrationPhase.Completed,
        MigrationPhase.Stranded => to is MigrationPhase.Completed or MigrationPhase.RollingBack or MigrationPhase.RolledBack,
        MigrationPhase.Completed or MigrationPhase.RolledBack => false,
    };
}
