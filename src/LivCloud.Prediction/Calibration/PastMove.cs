namespace LivCloud.Prediction.Calibration;

/// <summary>A move that is over, with what the bare model had said of it.</summary>
/// <param name="Vm">The VM's UUID.</param>
/// <param name="Source">The host that it left.</param>
/// <param name="Destination">The host that it went to.</param>
/// <param name="EndedAt">When.</param>
/// <param name="Modelled">What the model said beforehand, without any correction.</param>
/// <param name="Actual">What it took.</param>
public sealed record PastMove(Guid Vm, string Source, string Destination, DateTimeOffset EndedAt, MoveFigures Modelled, MoveFigures Actual);
