using System.Globalization;
using LivCloud.Core;

namespace LivCloud.Prediction.Outlooks;

/// <summary>The strategy by which a move should be made, and whether it should be.</summary>
/// <param name="Verdict">Whether.</param>
/// <param name="Outlook">What it would take by the chosen strategy; of a move that should not be made, by the one that comes nearest.</param>
/// <param name="Reason">Why this strategy, in one sentence.</param>
/// <param name="Conditions">What the user should know, a sentence each; of a move that should not be made, why not.</param>
/// <param name="Remedy">What would make a move that should not be made possible; null otherwise.</param>
public sealed record Choice(Verdict Verdict, Outlook Outlook, string Reason, IReadOnlyList<string> Conditions, string? Remedy)
{
    private const string NothingBetter = "The gentlest that there is.";

    /// <summary>Takes the gentlest strategy that meets the goals: passes, then a slowed guest, then, if allowed, the guest before its memory.</summary>
    /// <param name="look">What a strategy would take.</param>
    /// <param name="goals">What the user wants.</param>
    public static Choice Make(Func<Strategy, Outlook> look, MoveGoals goals)
    {
        var (passes, slowed) = (look(Strategy.PreCopy), look(Strategy.AutoConverge));
        if (passes.Converges && Misses(passes, goals) is null)
        {
            return passes.ConvergesSurely
                ? new Choice(Verdict.Go, passes, "The guest writes to its memory more slowly than the path carries it.", [], null)
                : new Choice(Verdict.GoWithConditions, passes, "The guest writes to its memory about as fast as the path carries it.",
                    ["It ends only if the path does not get slower and the guest not busier; otherwise the guest is slowed."], null);
        }

        if (slowed.Converges && slowed.Throttle <= MoveGoals.MostThrottle && Misses(slowed, goals) is null)
        {
            return new Choice(Verdict.GoWithConditions, slowed, "The guest writes to its memory faster than the path carries it.",
                [$"The guest is slowed by up to {Percent(slowed.Throttle)} until its memory has been sent."], null);
        }

        if (goals.AllowsPostCopy && look(Strategy.PostCopy) is { Converges: true } late && Misses(late, goals) is null)
        {
            return new Choice(Verdict.GoWithConditions, late, "The guest writes to its memory faster than the path carries it, or the goals leave no time for more passes.",
                [$"For up to {Duration.Format(late.Missing)} after the pause the guest waits for memory that it misses, and stands still while the link is lost."], null);
        }

        var nearest = passes.Converges ? passes : slowed is { Converges: true, Throttle: <= MoveGoals.MostThrottle } ? slowed : passes;
        return new Choice(Verdict.No, nearest, NothingBetter, [WhyNot(nearest, slowed, goals)], WhatHelps(nearest, goals));
    }

    // A goal counts as met only when nine cases of ten meet it.
    private static string? Misses(Outlook outlook, MoveGoals goals)
    {
        if (goals.MaxDowntime is { } pause && outlook.PauseSeconds.P90 > pause.TotalSeconds)
        {
            return $"The pause would take up to {Format(outlook.PauseSeconds.P90)}, and {Duration.Format(pause)} are wanted at most.";
        }

        return goals.MaxTime is { } time && outlook.TotalSeconds.P90 > time.TotalSeconds
            ? $"It would take up to {Format(outlook.TotalSeconds.P90)}, and {Duration.Format(time)} are wanted at most."
            : null;
    }

    private static string WhyNot(Outlook outlook, Outlook slowed, MoveGoals goals) => (outlook.Converges, slowed) switch
    {
        (true, _) => Misses(outlook, goals) ?? "It misses its goals.",
        (false, { Converges: true, Throttle: > MoveGoals.MostThrottle }) =>
            $"The guest writes faster than the path carries: it would have to be slowed by {Percent(slowed.Throttle)}, and more than {Percent(MoveGoals.MostThrottle)} is not done unasked.",
        _ => "The guest writes faster than the path carries, so the move would not end.",
    };

    private static string WhatHelps(Outlook outlook, MoveGoals goals) => (outlook.Converges, goals.MaxDowntime is { } pause && outlook.PauseSeconds.P90 > pause.TotalSeconds) switch
    {
        (false, _) => "Move it when it is less busy, or over a faster path.",
        (true, true) => $"Use --max-downtime {Typed(outlook.PauseSeconds.P90)} or more.",
        (true, false) => $"Use --deadline {Typed(outlook.TotalSeconds.P90)} or more, or a faster path.",
    };

    // As an option takes it, rounded up.
    private static string Typed(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{(seconds < 1 ? Math.Ceiling(seconds * 1000) : Math.Ceiling(seconds)):0}{(seconds < 1 ? "ms" : "s")}");

    private static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    private static string Format(double seconds) => Duration.Format(TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2)));
}
