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

    /// <summary>What is sent of a page that is sent once more, of its size; below 1 where differences are sent.</summary>
    public double AgainShare { get; init; } = 1;

    /// <summary>How much memory the source may keep as it was sent, to send differences to it, in bytes.</summary>
    public double DeltaCacheBytes { get; init; } = double.MaxValue;

    /// <summary>How many passes were made already.</summary>
    public int PassesBehind { get; init; }

    /// <summary>How much of the guest's writing goes on; below 1 while it is slowed.</summary>
    public double Pace { get; init; } = 1;

    /// <summary>How much of its virtual processors' time the guest uses, more than 0 to 1: one that is idle half of the time is not slowed by losing half of it.</summary>
    public double Busy { get; init; } = 1;

    /// <summary>It with a guest that loses a share of its processors' time, 0 to less than 1.</summary>
    public MemoryLoad Slowed(double throttle) => this with { Pace = Pace * Math.Min(1, (1 - throttle) / Busy) };

    /// <summary>What is sent of the pages of a pass, of their size.</summary>
    /// <remarks>QEMU keeps pages from the second pass on, so the third is the first that finds any; and of those that are written in turn only as many as it can keep.</remarks>
    /// <param name="pass">The pass, from 1, those behind not counted.</param>
    /// <param name="since">How long the passes have gone on.</param>
    public double SentShare(int pass, TimeSpan since)
    {
        var kept = Math.Min(1, DeltaCacheBytes / Math.Max(1, DirtiedWithin(since)));
        return pass + PassesBehind <= 2 ? 1 : 1 - (kept * (1 - AgainShare));
    }

    /// <summary>What it writes anew within a time, in bytes.</summary>
    public double DirtiedWithin(TimeSpan time) => Dirty.Within(time * Pace);
}
