using LivCloud.Api;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Planning;
using LivCloud.Prediction.Calibration;

namespace LivCloud.Agent.Http;

/// <summary>Compares what was predicted of migrations with what they took.</summary>
internal static class AccuracyModel
{
    /// <summary>Compares.</summary>
    /// <param name="records">Migrations, newest first.</param>
    public static PlanAccuracy Of(IEnumerable<MigrationRecord> records)
    {
        var past = records.Select(record => (Record: record, Past: Foresight.ToPastMove(record))).Where(one => one is { Past: not null, Record.Predicted: not null }).ToList();
        return new PlanAccuracy
        {
            Time = Compare(past.Select(one => (one.Record.Predicted!.TotalSeconds, one.Past!.Actual.TotalSeconds))),
            Downtime = Compare(past.Select(one => (one.Record.Predicted!.PauseSeconds, one.Past!.Actual.PauseSeconds))),
            Bytes = Compare(past.Select(one => (one.Record.Predicted!.Bytes, one.Past!.Actual.Bytes))),
            Migrations = [.. past.Select(one => new PredictedMigration
            {
                Id = one.Record.Id.ToString(),
                Vm = one.Record.Vm,
                Destination = one.Record.Destination.ToString(),
                EndedAt = one.Past!.EndedAt,
                PredictedSeconds = ApiModel.ToQuantiles(one.Record.Predicted!.TotalSeconds, 1),
                Seconds = one.Past.Actual.TotalSeconds,
                PredictedDowntimeMs = ApiModel.ToQuantiles(one.Record.Predicted.PauseSeconds, 1000),
                DowntimeMs = one.Past.Actual.PauseSeconds * 1000,
                PredictedBytes = ApiModel.ToQuantiles(one.Record.Predicted.Bytes, 1),
                Bytes = one.Past.Actual.Bytes,
                Modelled = ApiModel.ToParts(one.Past.Modelled),
                Actual = ApiModel.ToParts(one.Past.Actual),
            })],
        };
    }

    private static FigureAccuracy Compare(IEnumerable<(Estimate Predicted, double Actual)> moves)
    {
        var accuracy = Accuracy.Of([.. moves]);
        return new FigureAccuracy(accuracy.MedianError * 100, accuracy.WithinP90 * 100);
    }
}
