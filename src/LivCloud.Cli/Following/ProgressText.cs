using System.Globalization;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Following;

/// <summary>Says how far a migration is.</summary>
internal static class ProgressText
{
    private const int BarCharacters = 30;
    private const int LabelCharacters = 8;

    /// <summary>A few lines for a display that is redrawn.</summary>
    /// <param name="migration">Its state as last reported.</param>
    /// <param name="now">The time now.</param>
    /// <param name="linkLostFor">How long no link has been up; null while one is.</param>
    public static IReadOnlyList<string> Block(Api.Migration migration, DateTimeOffset now, TimeSpan? linkLostFor)
    {
        var lines = new List<string>
        {
            $"{migration.Vm}: {migration.Source} -> {migration.Destination}  {PhaseName(migration.Phase)}, {Elapsed(migration, now)}",
        };
        if (migration.Progress is not { } progress)
        {
            return lines;
        }

        if (progress.DiskTotalBytes > 0)
        {
            lines.Add(BarLine("disk", progress.DiskDoneBytes, progress.DiskTotalBytes, $"{new ByteSize(progress.DiskDoneBytes)} of {new ByteSize(progress.DiskTotalBytes)}"));
        }

        if (progress.Iteration > 0)
        {
            var done = Math.Max(0, progress.MemoryTotalBytes - progress.MemoryRemainingBytes);
            lines.Add(BarLine("memory", done, progress.MemoryTotalBytes, $"pass {progress.Iteration}, {new ByteSize(progress.MemoryRemainingBytes)} left"));
        }

        lines.Add(linkLostFor is { } lost ? $"{"link",-LabelCharacters}{LinkLost(progress, lost)}" : $"{"rate",-LabelCharacters}{Rates(progress)}");
        return lines;
    }

    /// <summary>One line for a log.</summary>
    public static string Line(Api.Migration migration, DateTimeOffset now, TimeSpan? linkLostFor)
    {
        var parts = new List<string> { $"{Elapsed(migration, now)}: {PhaseName(migration.Phase)}" };
        if (migration.Progress is { } progress)
        {
            if (progress.DiskTotalBytes > 0)
            {
                parts.Add($"disk {Percent(progress.DiskDoneBytes, progress.DiskTotalBytes)} of {new ByteSize(progress.DiskTotalBytes)}");
            }

            if (progress.Iteration > 0)
            {
                parts.Add($"memory pass {progress.Iteration}, {new ByteSize(progress.MemoryRemainingBytes)} left");
            }

            parts.Add(linkLostFor is { } lost ? LinkLost(progress, lost) : Rates(progress));
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

    private static string Elapsed(Api.Migration migration, DateTimeOffset now)
    {
        var elapsed = (migration.EndedAt ?? now) - migration.RequestedAt;

        // The agent's clock is this machine's, but it may have been set back.
        return Duration.Format(elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero);
    }

    private static string Rates(MigrationProgress progress) =>
        $"{new Bandwidth(progress.BitsPerSecond)}, dirty {new ByteSize(progress.DirtyBytesPerSecond)}/s";

    private static string LinkLost(MigrationProgress progress, TimeSpan lostFor) =>
        progress.HoldRemainingSeconds is { } hold
            ? $"link lost, waiting ({Duration.Format(TimeSpan.FromSeconds(Math.Max(0, hold)))} of the hold time left)"
            : $"link lost, waiting (for {Duration.Format(lostFor)}; rolled back when the hold time is over)";

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
