using LivCloud.Core;

namespace LivCloud.Cli.Following;

/// <summary>The exit code of a command that followed a migration.</summary>
internal static class MigrationExitCode
{
    /// <summary>The code for a migration that is over or stranded; one that is under way counts as a success.</summary>
    public static int For(Api.Migration migration) => migration.Phase switch
    {
        MigrationPhase.Completed => ExitCode.Success,
        MigrationPhase.Stranded => ExitCode.Stranded,

        // Refused by a check: nothing was changed, so the reason says more than that it was rolled back.
        MigrationPhase.RolledBack when migration.Failure is { } failure && IsUnbegun(migration) => ExitCode.For(failure.Code),
        MigrationPhase.RolledBack => ExitCode.RolledBack,
        MigrationPhase.Requested or MigrationPhase.Planned or MigrationPhase.Preparing or MigrationPhase.CopyingDisks or MigrationPhase.PreCopy
            or MigrationPhase.SwitchOver or MigrationPhase.Finishing or MigrationPhase.RollingBack => ExitCode.Success,
    };

    /// <summary>Whether a check refused a migration before anything was changed.</summary>
    public static bool IsRefused(Api.Migration migration) =>
        migration is { Phase: MigrationPhase.RolledBack, Failure: { } failure } && failure.Code != FailureCode.Aborted && IsUnbegun(migration);

    private static bool IsUnbegun(Api.Migration migration) =>
        migration.Report is { } report
        && report.Phases.All(phase => phase.Name is MigrationPhase.Requested or MigrationPhase.Planned or MigrationPhase.RollingBack or MigrationPhase.RolledBack);
}
