namespace LivCloud.Prediction.Outlooks;

/// <summary>Whether a move should be made.</summary>
public enum Verdict
{
    /// <summary>It meets its goals in nine cases of ten, and does not slow the guest.</summary>
    Go,

    /// <summary>It meets its goals, with what the user should know of.</summary>
    GoWithConditions,

    /// <summary>It would not end, or not meet its goals.</summary>
    No,
}
