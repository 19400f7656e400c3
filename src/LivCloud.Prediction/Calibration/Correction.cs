namespace LivCloud.Prediction.Calibration;

/// <summary>What past moves tell of the model's errors: by what its figures are to be multiplied, and how uncertain they remain.</summary>
/// <remarks>A mean of the logarithms of actual to modelled, drawn towards "the model is right" by a prior that weighs as much as one move.</remarks>
public sealed class Correction
{
    // The same VM over the same hosts tells most; every move tells something of the machines and the software.
    private const double SameVmAndHosts = 1, SameHosts = 0.5, SameVm = 0.4, Other = 0.2;
    private const double PriorWeight = 1, PriorDeviation = 0.3, LeastDeviation = 0.04;

    // An error of a factor of eight is an accident, from which nothing is to be learnt but that there are accidents.
    private static readonly double Bound = Math.Log(8);
    private readonly Dictionary<MovePart, (double Mean, double Deviation)> _parts;

    private Correction(Dictionary<MovePart, (double Mean, double Deviation)> parts) => _parts = parts;

    /// <summary>Learns from past moves; from the newest most.</summary>
    /// <param name="past">They, in any order.</param>
    /// <param name="vm">The VM whose move is predicted.</param>
    /// <param name="source">The host that it is to leave.</param>
    /// <param name="destination">The host that it is to go to.</param>
    public static Correction From(IEnumerable<PastMove> past, Guid vm, string source, string destination)
    {
        var moves = past.OrderByDescending(move => move.EndedAt)
            .Select((move, age) => (Move: move, Weight: Kinship(move, vm, source, destination) * Math.Pow(0.5, age / 50.0)))
            .ToList();
        return new Correction(Enum.GetValues<MovePart>().ToDictionary(part => part, part => Learn(moves, part)));
    }

    /// <summary>Corrects a part of what the model says.</summary>
    public Estimate Correct(MoveFigures modelled, MovePart part)
    {
        var (mean, deviation) = _parts[part];
        return new Estimate(modelled[part] * Math.Exp(mean), deviation);
    }

    private static (double Mean, double Deviation) Learn(IReadOnlyCollection<(PastMove Move, double Weight)> moves, MovePart part)
    {
        var errors = moves.Where(one => one.Move.Modelled[part] > 0 && one.Move.Actual[part] > 0)
            .Select(one => (Error: Math.Clamp(Math.Log(one.Move.Actual[part] / one.Move.Modelled[part]), -Bound, Bound), one.Weight)).ToList();
        var weight = PriorWeight + errors.Sum(one => one.Weight);
        var mean = errors.Sum(one => one.Weight * one.Error) / weight;
        var square = ((PriorWeight * PriorDeviation * PriorDeviation) + errors.Sum(one => one.Weight * (one.Error - mean) * (one.Error - mean))) / weight;

        // What is not known of the mean itself comes on top, and matters as long as there were few moves.
        return (mean, Math.Max(LeastDeviation, Math.Sqrt(square * (1 + (1 / weight)))));
    }

    private static double Kinship(PastMove move, Guid vm, string source, string destination)
    {
        var sameHosts = (move.Source == source && move.Destination == destination) || (move.Source == destination && move.Destination == source);
        return (move.Vm == vm, sameHosts) switch
        {
            (true, true) => SameVmAndHosts,
            (false, true) => SameHosts,
            (true, false) => SameVm,
            (false, false) => Other,
        };
    }
}
