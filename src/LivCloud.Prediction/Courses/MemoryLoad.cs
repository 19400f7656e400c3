namespace LivCloud.Prediction.Courses;

/// <summary>A guest's memory, as far as moving it goes.</summary>
public sealed record MemoryLoad
{
    /// <summary>Memory that holds something, in bytes.</summary>
    public required double UsedBytes { get; init; }

    /// <summary>Memory that holds only zeros, in bytes: it is looked through, and hardly anything of it is sent.</summary>
    public required double ZeroBytes { get; init; }

    /// <summary>What the guest writes.</summary>
    public required DirtyCurve Dirty { get; init; }

    /// <summary>What is sent of a page that was written again, of its size; below 1 where differences are sent.</summary>
    public double AgainShare { get; init; } = 1;

    /// <summary>How much of the guest's writing goes on; below 1 while it is slowed.</summary>
    public double Pace { get; init; } = 1;

    /// <summary>What it writes anew within a time, in bytes.</summary>
    public double DirtiedWithin(TimeSpan time) => Dirty.Within(time * Pace);
}
