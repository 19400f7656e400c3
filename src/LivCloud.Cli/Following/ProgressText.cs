using System.Globalization;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Following;

/// <summary>Says how far a migration is.</summary>
internal static class ProgressText
{
    private const int BarCharacters = 30;
    private const int LabelCharacters = 8;

    /// <summary>A destination that is well says something at least every 2 s.</summary>
    private static readonly TimeSpan SilenceWorthTelling = TimeSpan.FromSeconds(3);

    /// <summary>What libvirt and QEMU need to be able to do more; nobody notices it.</summary>
    private const double ThrottleWorthTelling = 10;

    /// <summary>A few lines for a display that is redrawn.</summary>
    /// <param name="migration">Its state as last reported.</param>
    /// <param name="elapsed">How long it has taken, as is shown.</param>
    public static IReadOnlyList<string> Block(Api.Migration migration, TimeSpan elapsed)
    {
        var lines = new List<string>
        {
            $"{migration.Vm}: {migration.Source} -> {migration.Destination}  {StateName(migration)}, {Duration.Format(elapsed)}",
        };
        if (migration.Progress is not { } progress)
        {
            return lines;
        }

        if (progress.DiskTotalBytes > 0)
        {
            lines.Add(BarLine("disk", progress.DiskDoneBytes, progress.DiskTotalBytes, $"{new ByteSize(progress.DiskDoneBytes)} of {new ByteSize(progress.DiskTotalBytes)}, empty parts included"));
        }

        if (progress.Iteration > 0)
        {
            var done = Math.Max(0, progress.MemoryTotalBytes - progress.MemoryRemainingBytes);
            lines.Add(BarLine("memory", done, progress.MemoryTotalBytes, $"pass {progress.Iteration}, {new ByteSize(progress.MemoryRemainingBytes)} left"));
        }

        if (Trouble(migration, progress) is { } trouble)
        {
            lines.Add($"{"link",-LabelCharacters}{trouble}");
        }
        else if (IsSending(migration))
        {
            lines.Add($"{"rate",-LabelCharacters}{Rates(progress)}");
            lines.AddRange(Left(progress) is { } left ? [$"{"time",-LabelCharacters}{left}"] : []);
        }

        return lines;
    }

    /// <summary>One line for a log.</summary>
    public static string Line(Api.Migration migration, TimeSpan elapsed)
    {
        var parts = new List<string> { $"{Duration.Format(elapsed)}: {StateName(migration)}" };
        if (migration.Progress is { } progress)
        {
            if (progress.DiskTotalBytes > 0)
            {
                parts.Add($"disk {Percent(progress.DiskDoneBytes, progress.DiskTotalBytes)} of {new ByteSize(progress.DiskTotalBytes)} (empty parts included)");
            }

            if (progress.Iteration > 0)
            {
                parts.Add($"memory pass {progress.Iteration}, {new ByteSize(progress.MemoryRemainingBytes)} left");
            }

            if ((Trouble(migration, progress) ?? (IsSending(migration) ? string.Join(", ", [Rates(progress), .. Left(progress) is { } left ? [left] : (string[])[]]) : null)) is { } rest)
            {
                parts.Add(rest);
            }
        }

        return string.Join(", ", parts);
    }

    /// <summary>A phase in words.</summary>
    public static string PhaseName(MigrationPhase phase) => phase switch
    {
        MigrationPhase.Requested => "requested",
        MigrationPhase.Planned => "planned",
        MigrationPhase.Preparing => "preparing",
        MigrationPhase.CopyingDisks => "copying disks",
        MigrationPhase.PreCopy => "pre-copy",
        MigrationPhase.SwitchOver => "switch-over",
        MigrationPhase.Finishing => "finishing",
        MigrationPhase.Completed => "completed",
        MigrationPhase.RollingBack => "rolling back",
        MigrationPhase.RolledBack => "rolled back",
        MigrationPhase.Stranded => "stranded",
    };

    /// <summary>Where a migration stands, in words: its phase, or that it was refused before it began.</summary>
    public static string StateName(Api.Migration migration) => MigrationExitCode.IsRefused(migration) ? "refused" : PhaseName(migration.Phase);

    /// <summary>How long a migration has taken.</summary>
    public static TimeSpan Elapsed(Api.Migration migration, DateTimeOffset now)
    {
        var elapsed = (migration.EndedAt ?? now) - migration.RequestedAt;

        // The agent's clock is this machine's, but it may have been set back.
        return elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero;
    }

    /// <summary>That the link is lost, or seems to be; null while it is well, and before and after the phases in which the agent renews what it tells of it.</summary>
    public static string? Trouble(Api.Migration migration, MigrationProgress progress) => (IsRenewed(migration), progress) switch
    {
        (false, _) => null,
        (_, { Links: 0, HoldRemainingSeconds: { } hold }) => $"link lost, waiting ({Duration.Format(TimeSpan.FromSeconds(Math.Max(0, hold)))} of the hold time left)",
        (_, { Links: 0 }) => "link lost, waiting until the hold time is over",
        (_, { SilentSeconds: { } silent }) when silent >= SilenceWorthTelling.TotalSeconds =>
            $"nothing comes from {migration.Destination} ({Duration.Format(TimeSpan.FromSeconds(silent))})",
        _ => null,
    };

    private static bool IsRenewed(Api.Migration migration) => IsSending(migration) || migration.Phase is MigrationPhase.SwitchOver or MigrationPhase.Finishing;

    /// <summary>Before and after these phases there is nothing whose rate could be told.</summary>
    private static bool IsSending(Api.Migration migration) => migration.Phase is MigrationPhase.CopyingDisks or MigrationPhase.PreCopy;

    /// <summary>What it takes still, as it goes now; null while that is not known.</summary>
    private static string? Left(MigrationProgress progress)
    {
        var left = progress switch
        {
            { StalledSeconds: { } stalled } => $"stalled: nothing was sent for {Duration.Format(TimeSpan.FromSeconds(stalled))}",
            { RemainingSeconds: { } remaining } => $"about {Duration.Format(TimeSpan.FromSeconds(Math.Clamp(remaining, 0, 1e9)))} left",
            { Ends: false } => "no end in sight: the guest writes faster than the path carries",
            _ => null,
        };
        return left is not null && progress.ThrottlePct >= ThrottleWorthTelling
            ? string.Create(CultureInfo.InvariantCulture, $"{left}, guest slowed by {progress.ThrottlePct:0} %")
            : left;
    }

    private static string Rates(MigrationProgress progress) => progress.DirtyBytesPerSecond > 0
        ? $"{new Bandwidth(progress.BitsPerSecond)}, dirty {new ByteSize(progress.DirtyBytesPerSecond)}/s"
        : $"{new Bandwidth(progress.BitsPerSecond)}";

    private static string BarLine(string label, long done, long total, string detail) =>
        $"{label,-LabelCharacters}[{Bar(done, total)}] {Percent(done, total),4}  {detail}";

    private static string Bar(long done, long total)
    {
        var filled = (int)(Fraction(done, total) * BarCharacters);
        return new string('#', filled) + new string('.', BarCharacters - filled);
    }

    private static string Percent(long done, long total) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(Fraction(done, total) * 100):0}%");

    private static double Fraction(long done, long total) => total > 0 ? Math.Clamp((double)done / total, 0, 1) : 0;
}
