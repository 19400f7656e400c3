using System.Globalization;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Output;

/// <summary>Says how good predictions were.</summary>
internal static class AccuracyText
{
    /// <summary>A table for people.</summary>
    public static string Of(PlanAccuracy accuracy)
    {
        if (accuracy.Migrations.Count == 0)
        {
            return "Nothing was predicted of the migrations that completed so far; `livcloud plan` before `livcloud migrate` sees to that.";
        }

        var table = new TextTable("ID", "VM", "TO", "TIME", "PREDICTED", "PAUSE", "PREDICTED", "SENT", "PREDICTED");
        foreach (var one in accuracy.Migrations)
        {
            table.Add(
                one.Id, one.Vm, one.Destination, Seconds(one.Seconds), Seconds(one.PredictedSeconds.P50), Seconds(one.DowntimeMs / 1000),
                Seconds(one.PredictedDowntimeMs.P50 / 1000), new ByteSize((long)one.Bytes).ToString(), new ByteSize((long)one.PredictedBytes.P50).ToString());
        }

        return $"{table}\n{Line("time", accuracy.Time)}\n{Line("pause", accuracy.Downtime)}\n{Line("sent", accuracy.Bytes)}";
    }

    private static string Line(string name, FigureAccuracy figure) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-6} median error {figure.MedianErrorPct:0} %, {figure.WithinP90Pct:0} % within what nine of ten were to stay below");

    private static string Seconds(double seconds) => Duration.Format(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)));
}
