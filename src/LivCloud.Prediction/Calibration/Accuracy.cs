namespace LivCloud.Prediction.Calibration;

/// <summary>How good predictions of a figure were.</summary>
/// <param name="Count">Of how many moves.</param>
/// <param name="MedianError">The median of how far the actual value was from the predicted middle, of that middle; 0 when there are none.</param>
/// <param name="WithinP90">The share of moves whose value was at most the predicted P90, 0 to 1.</param>
public sealed record Accuracy(int Count, double MedianError, double WithinP90)
{
    /// <summary>Compares predictions with what came of them.</summary>
    public static Accuracy Of(IReadOnlyCollection<(Estimate Predicted, double Actual)> moves)
    {
        var errors = moves.Where(move => move.Predicted.P50 > 0).Select(move => Math.Abs(move.Actual - move.Predicted.P50) / move.Predicted.P50).Order().ToList();
        return errors.Count == 0
            ? new Accuracy(0, 0, 0)
            : new Accuracy(moves.Count, (errors[(errors.Count - 1) / 2] + errors[errors.Count / 2]) / 2, (double)moves.Count(move => move.Actual <= move.Predicted.P90) / moves.Count);
    }
}
