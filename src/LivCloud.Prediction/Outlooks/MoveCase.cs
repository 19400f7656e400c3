using LivCloud.Prediction.Courses;

namespace LivCloud.Prediction.Outlooks;

/// <summary>A move that is thought of: all that was measured for it.</summary>
public sealed record MoveCase
{
    /// <summary>The guest's memory.</summary>
    public required MemoryLoad Memory { get; init; }

    /// <summary>The disks that are copied.</summary>
    public required DiskLoad Disks { get; init; }

    /// <summary>The way to the destination.</summary>
    public required PathLoad Path { get; init; }

    /// <summary>How long the last pass over the memory may take, once the pass of that number, from 1, has begun.</summary>
    public required Func<int, TimeSpan> Limit { get; init; }

    /// <summary>What the pause takes with no memory left to send.</summary>
    public required TimeSpan SwitchOverCost { get; init; }

    /// <summary>How far the logarithm of the path's rate may be from what was measured.</summary>
    public double PathDeviation { get; init; } = 0.1;

    /// <summary>How far the logarithm of what the guest writes may be from what was measured.</summary>
    public double DirtyDeviation { get; init; } = 0.2;
}
