namespace LivCloud.Api;

/// <summary>How good the predictions of past migrations were.</summary>
public sealed record PlanAccuracy
{
    /// <summary>The migrations, newest first: those that completed and of which something had been said beforehand.</summary>
    public required IReadOnlyList<PredictedMigration> Migrations { get; init; }

    /// <summary>The whole time.</summary>
    public required FigureAccuracy Time { get; init; }

    /// <summary>The pause of the guest.</summary>
    public required FigureAccuracy Downtime { get; init; }

    /// <summary>What was sent.</summary>
    public required FigureAccuracy Bytes { get; init; }
}

/// <summary>How good the predictions of a figure were.</summary>
/// <param name="MedianErrorPct">The median of how far the actual value was from the predicted P50, in per cent of it.</param>
/// <param name="WithinP90Pct">How many migrations stayed within the predicted P90, in per cent.</param>
public sealed record FigureAccuracy(double MedianErrorPct, double WithinP90Pct);

/// <summary>What was predicted of a migration, and what it took.</summary>
public sealed record PredictedMigration
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The VM's name.</summary>
    public required string Vm { get; init; }

    /// <summary>The host that got it.</summary>
    public required string Destination { get; init; }

    /// <summary>When it was over.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The whole time that was predicted, in seconds.</summary>
    public required Quantiles PredictedSeconds { get; init; }

    /// <summary>The whole time, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The pause that was predicted, in milliseconds.</summary>
    public required Quantiles PredictedDowntimeMs { get; init; }

    /// <summary>The pause, in milliseconds.</summary>
    public required double DowntimeMs { get; init; }

    /// <summary>What was predicted to be sent, in bytes.</summary>
    public required Quantiles PredictedBytes { get; init; }

    /// <summary>What was sent, in bytes.</summary>
    public required double Bytes { get; init; }

    /// <summary>What the bare model had said of each part.</summary>
    public required MoveParts Modelled { get; init; }

    /// <summary>What each part took.</summary>
    public required MoveParts Actual { get; init; }
}
