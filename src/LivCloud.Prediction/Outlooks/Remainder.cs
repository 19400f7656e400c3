using LivCloud.Prediction.Courses;

namespace LivCloud.Prediction.Outlooks;

/// <summary>Says of a move that is under way what it still takes.</summary>
public static class Remainder
{
    // What would take longer is as good as without an end.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>Says it.</summary>
    /// <param name="left">What is left of the move.</param>
    /// <returns>The time that it takes still, with its pause; null when it would not end.</returns>
    public static TimeSpan? Of(MoveLeft left)
    {
        var course = PreCopyModel.Run(left.Memory, left.Path, left.Limit, Patience, left.PassAge);
        return course.Converges
            ? left.Path.TimeFor(left.DiskBytes) + course.Live + course.LastTime(left.Path) + left.SwitchOverCost + MoveModel.FinishingTime(left.Path)
            : null;
    }
}

/// <summary>What is left of a move.</summary>
/// <param name="DiskBytes">What is still to be sent of disks, in bytes.</param>
/// <param name="Memory">The memory, of which only what is still to be sent in the present pass counts as used.</param>
/// <param name="PassAge">How long the present pass has gone on.</param>
/// <param name="Path">The way as it is now.</param>
/// <param name="Limit">How long the last pass may take, once so many more passes, from 1, have begun.</param>
/// <param name="SwitchOverCost">What the pause takes with no memory left to send.</param>
public sealed record MoveLeft(double DiskBytes, MemoryLoad Memory, TimeSpan PassAge, PathLoad Path, Func<int, TimeSpan> Limit, TimeSpan SwitchOverCost);
