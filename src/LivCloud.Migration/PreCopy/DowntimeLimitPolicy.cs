namespace LivCloud.Migration.PreCopy;

/// <summary>What limit QEMU is given for its last memory pass: small at first, so that the pause is short, and wider only when passes stop helping.</summary>
/// <param name="Budget">The widest limit that the user's goal allows.</param>
public sealed record DowntimeLimitPolicy(TimeSpan Budget)
{
    /// <summary>The limit that every migration starts with.</summary>
    public static readonly TimeSpan FirstLimit = TimeSpan.FromMilliseconds(5);

    /// <summary>The first pass after which the limit may widen: the first few always shrink what is left.</summary>
    public const int PatientPasses = 6;

    private const double Widening = 1.5;

    /// <summary>The limit at the start.</summary>
    public TimeSpan Initial => Budget < FirstLimit ? Budget : FirstLimit;

    /// <summary>The limit once pass number <paramref name="iteration"/> has begun.</summary>
    /// <param name="current">The limit in force.</param>
    /// <param name="iteration">The pass that begins, from 1.</param>
    /// <returns><paramref name="current"/> when it stays.</returns>
    public TimeSpan Next(TimeSpan current, int iteration)
    {
        if (iteration <= PatientPasses || current >= Budget)
        {
            return current;
        }

        var wider = current * Widening;
        return wider < Budget ? wider : Budget;
    }

    /// <summary>The limit while pass number <paramref name="iteration"/> is under way, from the start on.</summary>
    /// <param name="iteration">The pass, from 1.</param>
    public TimeSpan At(int iteration)
    {
        var limit = Initial;
        for (var pass = PatientPasses + 1; pass <= iteration && limit < Budget; pass++)
        {
            limit = Next(limit, pass);
        }

        return limit;
    }
}
