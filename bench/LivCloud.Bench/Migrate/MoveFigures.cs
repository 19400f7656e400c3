namespace LivCloud.Bench.Migrate;

/// <summary>What one move took, as a client and the clock on the wall saw it.</summary>
internal sealed record MoveFigures(
    double TotalSeconds, double DowntimeMs, double ProbeGapMs, double TcpGapMs, long ProbesLost, bool TcpSurvived, bool DiskClean);

/// <summary>The moves of one profile by one tool.</summary>
internal sealed record ProfileRow(
    string Profile, double RateMbit, double RoundTripMs, string Disk, string Tool, Spread TotalSeconds, Spread DowntimeMs, Spread ProbeGapMs, Spread TcpGapMs,
    bool AllTcpSurvived, bool AllDisksClean, IReadOnlyList<MoveFigures> Moves);

/// <summary>Smallest, middle and largest of some figures.</summary>
internal sealed record Spread(double Min, double Median, double Max)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToList();
        var middle = sorted.Count / 2;
        return new Spread(sorted[0], sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[^1]);
    }
}
