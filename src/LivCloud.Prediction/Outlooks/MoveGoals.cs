namespace LivCloud.Prediction.Outlooks;

/// <summary>What the user wants of a move.</summary>
/// <param name="MaxDowntime">The longest pause; null: as long as it takes.</param>
/// <param name="MaxTime">The longest that all may take; null: as long as it takes.</param>
/// <param name="AllowsPostCopy">Whether the guest may go on at the destination before all its memory is there.</param>
public sealed record MoveGoals(TimeSpan? MaxDowntime, TimeSpan? MaxTime, bool AllowsPostCopy)
{
    /// <summary>The largest part of its processors' time that a guest may lose without the user's saying so: more is no move that nobody notices.</summary>
    public const double MostThrottle = 0.5;
}
