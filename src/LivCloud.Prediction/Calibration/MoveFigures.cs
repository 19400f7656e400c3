namespace LivCloud.Prediction.Calibration;

/// <summary>What a move takes, part by part: predicted or as it was.</summary>
public sealed record MoveFigures
{
    /// <summary>The parts that add up to the whole time.</summary>
    public static IReadOnlyList<MovePart> TimeParts { get; } = [MovePart.Preparing, MovePart.Disks, MovePart.Memory, MovePart.Pause, MovePart.Finishing];

    /// <summary>Planning and making ready, in seconds.</summary>
    public required double PreparingSeconds { get; init; }

    /// <summary>Copying disks, in seconds.</summary>
    public required double DisksSeconds { get; init; }

    /// <summary>Passes over the memory, in seconds.</summary>
    public required double MemorySeconds { get; init; }

    /// <summary>The pause of the guest, in seconds.</summary>
    public required double PauseSeconds { get; init; }

    /// <summary>From the end of the pause to the end, in seconds.</summary>
    public required double FinishingSeconds { get; init; }

    /// <summary>What is sent, in bytes.</summary>
    public required double Bytes { get; init; }

    /// <summary>All of the time, in seconds.</summary>
    public double TotalSeconds => TimeParts.Sum(part => this[part]);

    /// <summary>One of its parts.</summary>
    public double this[MovePart part] => part switch
    {
        MovePart.Preparing => PreparingSeconds,
        MovePart.Disks => DisksSeconds,
        MovePart.Memory => MemorySeconds,
        MovePart.Pause => PauseSeconds,
        MovePart.Finishing => FinishingSeconds,
        MovePart.Bytes => Bytes,
    };
}

/// <summary>A part of what a move takes.</summary>
public enum MovePart
{
    /// <summary><see cref="MoveFigures.PreparingSeconds"/>.</summary>
    Preparing,

    /// <summary><see cref="MoveFigures.DisksSeconds"/>.</summary>
    Disks,

    /// <summary><see cref="MoveFigures.MemorySeconds"/>.</summary>
    Memory,

    /// <summary><see cref="MoveFigures.PauseSeconds"/>.</summary>
    Pause,

    /// <summary><see cref="MoveFigures.FinishingSeconds"/>.</summary>
    Finishing,

    /// <summary><see cref="MoveFigures.Bytes"/>.</summary>
    Bytes,
}
