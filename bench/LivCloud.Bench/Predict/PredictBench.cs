using System.Globalization;
using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Trials;
using LivCloud.Prediction.Calibration;

namespace LivCloud.Bench.Predict;

/// <summary>Plans moves of various guests over various paths, makes them, and compares; from half of the moves is learnt, the other half is only judged.</summary>
internal static class PredictBench
{
    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        var moves = new List<PredictMove>();
        foreach (var (number, guest) in PredictGuest.All.Index())
        {
            Console.Error.WriteLine($"predict: bringing up the lab of the guest '{guest.Name}'");
            var lab = await RunningLab.UpAsync(guest.Lab, new LabOptions { Name = $"bench-{Environment.ProcessId}" }, cancellationToken: cancellationToken);
            try
            {
                foreach (var path in PredictPath.For(number))
                {
                    moves.Add(await MoveAsync(lab, guest, path, cancellationToken));
                    Print(moves[^1]);
                }
            }
            finally
            {
                await lab.DownAsync(CancellationToken.None);
            }
        }

        var runs = Judge(moves);
        foreach (var isHeldOut in (bool[])[false, true])
        {
            Sum(isHeldOut ? "held out" : "learnt from", [.. runs.Where(run => run.HeldOut == isHeldOut)]);
        }

        await arguments.WriteJsonAsync(new { Runs = runs.Select(run => run.Figures) }, cancellationToken);
        return 0;
    }

    private static async Task<PredictMove> MoveAsync(RunningLab lab, PredictGuest guest, PredictPath path, CancellationToken cancellationToken)
    {
        await lab.Links["wan"].SetAsync(rate: new Bandwidth(path.Mbit * 1_000_000L), delay: TimeSpan.FromMilliseconds(path.RoundTripMs / 2.0), loss: path.LossPct / 100, cancellationToken: cancellationToken);
        // What agents know of the path was measured before it changed, and a session keeps the transport that it chose for that.
        await BenchAgents.RestartAsync(lab, cancellationToken);
        var source = await lab.Guests["vm1"].FindAsync(cancellationToken) ?? throw new LabException(LabError.Conflict, "The guest runs on no host.");
        var destination = lab.Hosts.Values.First(host => host != source);
        using var agent = new AgentClient(source.ApiSocketPath);

        var plan = await agent.PlanAsync(new MigrationRequest { Vm = "vm1", Destination = destination.Name, SourceDisk = SourceDisk.Delete }, cancellationToken);
        var outlook = plan.Outlook ?? throw new InvalidOperationException("Nothing could be said of the move.");
        var report = await new MigrationTrial(lab, lab.Guests["vm1"]).RunAsync(destination, cancellationToken: cancellationToken);
        if (report.Outcome != "Completed")
        {
            throw new InvalidOperationException($"The move of '{guest.Name}' ended as {report.Outcome}.");
        }

        var parts = (await agent.GetPlanAccuracyAsync(cancellationToken)).Migrations[0];
        var past = new PastMove(Guid.Empty, guest.Name, path.ToString(), parts.EndedAt, Figures(outlook.Modelled), Figures(parts.Actual) with { PauseSeconds = report.DowntimeMs / 1000 });
        return new PredictMove($"{guest.Name}, {path.Mbit} Mbit/s, {path.RoundTripMs} ms, {path.LossPct.ToString(CultureInfo.InvariantCulture)} %", path.IsHeldOut, plan, past);
    }

    /// <summary>Says of each move what would have been said with what was learnt from the moves for learning, itself left out.</summary>
    private static IReadOnlyList<PredictRun> Judge(IReadOnlyList<PredictMove> moves) => [.. moves.Select(move =>
    {
        var correction = Correction.From(moves.Where(other => !other.IsHeldOut && other != move).Select(other => other.Past), Guid.Empty, move.Past.Source, move.Past.Destination);
        Estimate Part(MovePart part) => correction.Correct(move.Past.Modelled, part);
        var total = Estimate.Sum([.. MoveFigures.TimeParts.Select(Part)]);
        return new PredictRun(move.Scenario, move.IsHeldOut, total, Part(MovePart.Pause), Part(MovePart.Bytes), move.Past.Actual);
    })];

    private static void Sum(string name, IReadOnlyList<PredictRun> runs)
    {
        var time = Accuracy.Of([.. runs.Select(run => (run.Seconds, run.Actual.TotalSeconds))]);
        var pause = Accuracy.Of([.. runs.Select(run => (run.PauseSeconds, run.Actual.PauseSeconds))]);
        var bytes = Accuracy.Of([.. runs.Select(run => (run.Bytes, run.Actual.Bytes))]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"predict, {name}: median error of time {time.MedianError:P0}, of the pause {pause.MedianError:P0}, of bytes {bytes.MedianError:P0}; within P90: time {time.WithinP90:P0}, pause {pause.WithinP90:P0}, bytes {bytes.WithinP90:P0}"));
    }

    private static void Print(PredictMove move)
    {
        var (said, came) = (move.Past.Modelled, move.Past.Actual);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{move.Scenario}: seconds, modelled and actual: making ready {said.PreparingSeconds:0.0} {came.PreparingSeconds:0.0}, disks {said.DisksSeconds:0.0} {came.DisksSeconds:0.0}, memory {said.MemorySeconds:0.0} {came.MemorySeconds:0.0}, pause {said.PauseSeconds:0.000} {came.PauseSeconds:0.000}, end {said.FinishingSeconds:0.0} {came.FinishingSeconds:0.0}; MB {said.Bytes / 1e6:0} {came.Bytes / 1e6:0}; path {move.Plan.Path!.BitsPerSecond / 1e6:0} Mbit/s"));
    }

    private static MoveFigures Figures(MoveParts parts) => new()
    {
        PreparingSeconds = parts.PreparingSeconds,
        DisksSeconds = parts.DisksSeconds,
        MemorySeconds = parts.MemorySeconds,
        PauseSeconds = parts.PauseSeconds,
        FinishingSeconds = parts.FinishingSeconds,
        Bytes = parts.Bytes,
    };

    private sealed record PredictMove(string Scenario, bool IsHeldOut, Plan Plan, PastMove Past);

    private sealed record PredictRun(string Scenario, bool HeldOut, Estimate Seconds, Estimate PauseSeconds, Estimate Bytes, MoveFigures Actual)
    {
        public PredictFigures Figures => new(
            Scenario, HeldOut, Seconds.P50, Seconds.P90, Actual.TotalSeconds, PauseSeconds.P50 * 1000, PauseSeconds.P90 * 1000, Actual.PauseSeconds * 1000, Bytes.P50, Bytes.P90, Actual.Bytes);
    }

    private sealed record PredictFigures(
        string Scenario, bool HeldOut, double PredictedSecondsP50, double PredictedSecondsP90, double ActualSeconds, double PredictedDowntimeMsP50, double PredictedDowntimeMsP90,
        double ActualDowntimeMs, double PredictedBytesP50, double PredictedBytesP90, double ActualBytes);
}
