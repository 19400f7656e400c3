using System.Globalization;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Following;

/// <summary>Says what became of a migration.</summary>
internal static class ReportText
{
    /// <summary>A block of lines for people.</summary>
    public static IReadOnlyList<string> Of(Api.Migration migration)
    {
        var lines = new List<string>
        {
            $"migration    {migration.Id}",
            $"VM           {migration.Vm} ({migration.VmUuid})",
            $"from, to     {migration.Source} -> {migration.Destination}",
            $"outcome      {Outcome(migration)}",
        };
        if (migration.Report is { } report)
        {
            lines.Add($"total        {Duration.Format(TimeSpan.FromSeconds(report.TotalSeconds))}");
            if (report.DowntimeMs is { } downtime)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"downtime     {downtime:0} ms"));
            }

            if (!MigrationExitCode.IsRefused(migration))
            {
                AddWork(lines, report, migration.RequestedAt);
            }
        }
        else if (migration.Phase.IsFinal() && migration.EndedAt is { } ended)
        {
            lines.Add($"total        {Duration.Format(ended - migration.RequestedAt)}");
        }

        if ((migration.Failure ?? migration.Report?.Failure) is { } failure)
        {
            lines.Add($"reason       {failure.Message} ({failure.Code})");
            if (failure.Remedy is not null)
            {
                lines.Add($"help         {failure.Remedy}");
            }
        }

        return lines;
    }

    private static void AddWork(List<string> lines, MigrationReport report, DateTimeOffset requestedAt)
    {
        lines.Add($"phases       {string.Join(", ", report.Phases.Select(phase => $"{ProgressText.PhaseName(phase.Name)} {Duration.Format(TimeSpan.FromSeconds(phase.Seconds))}"))}");
        lines.AddRange(report.Steps.Select(step => $"steered      {StepName(step.Action)} after {Duration.Format(step.At - requestedAt)}: {step.Reason}"));
        lines.Add($"memory       {new ByteSize(report.MemoryBytes)}");
        lines.Add($"disks        {new ByteSize(report.DiskBytes)}{(report.DiskBytes > 0 ? " (virtual size, empty parts included)" : "")}");
        if (report is { Transport: { } transport, Cipher: { } cipher })
        {
            lines.Add($"on the wire  {new ByteSize(report.WireBytes)} over {transport}, {cipher}");
            if (report.TransportReason is { } reason)
            {
                lines.Add($"transport    {transport}, since {reason}");
            }
        }
    }

    private static string StepName(string action) => action switch
    {
        "Hurry" => "took its full share of the path",
        "Slow" or "SlowMore" => "slowed the guest",
        "PostCopy" => "let the guest go on at the destination",
        "GiveUp" => "went back",
        _ => action,
    };

    private static string Outcome(Api.Migration migration) => migration.Phase switch
    {
        MigrationPhase.Completed => $"completed: {migration.Vm} runs on {migration.Destination}",
        MigrationPhase.RolledBack when MigrationExitCode.IsRefused(migration) => $"refused: {migration.Vm} stays on {migration.Source}; nothing was changed",

        // Not "runs on": its process may have ended by itself meanwhile, and then the reason below says so.
        MigrationPhase.RolledBack => $"rolled back: {migration.Vm} stays on {migration.Source}",
        MigrationPhase.Stranded => "stranded: which end has the VM is not known; neither copy is started until it is",
        MigrationPhase.Requested or MigrationPhase.Planned or MigrationPhase.Preparing or MigrationPhase.CopyingDisks or MigrationPhase.PreCopy
            or MigrationPhase.SwitchOver or MigrationPhase.Finishing or MigrationPhase.RollingBack
            => $"under way: {ProgressText.PhaseName(migration.Phase)}",
    };
}
