using LivCloud.Prediction.Calibration;

namespace LivCloud.Prediction.Outlooks;

/// <summary>What a move by one strategy would take.</summary>
public sealed record Outlook
{
    /// <summary>How the memory is moved.</summary>
    public required Strategy Strategy { get; init; }

    /// <summary>Whether it ends; false when the guest writes faster than the path carries.</summary>
    public required bool Converges { get; init; }

    /// <summary>Whether it would also end with a path somewhat slower and a guest somewhat busier than was measured.</summary>
    public required bool ConvergesSurely { get; init; }

    /// <summary>What the bare model says.</summary>
    public required MoveFigures Modelled { get; init; }

    /// <summary>The whole time, in seconds.</summary>
    public required Estimate TotalSeconds { get; init; }

    /// <summary>The pause of the guest, in seconds.</summary>
    public required Estimate PauseSeconds { get; init; }

    /// <summary>What is sent, in bytes.</summary>
    public required Estimate Bytes { get; init; }

    /// <summary>By how much of its time the guest is slowed at the end, 0 to 0.99.</summary>
    public double Throttle { get; init; }

    /// <summary>For how long the guest, after the pause, may have to wait for pages that it misses.</summary>
    public TimeSpan Missing { get; init; }
}
