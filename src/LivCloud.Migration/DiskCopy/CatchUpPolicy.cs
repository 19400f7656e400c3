namespace LivCloud.Migration.DiskCopy;

/// <summary>
/// When a guest's writes have to wait for the destination: it writes faster than its disks can be copied, so that the copy would never end, or the
/// rest of it would be copied while the guest is paused.
/// </summary>
/// <param name="Least">The least that was left to copy so far, in bytes.</param>
/// <param name="Since">When that was, from any instant on.</param>
public readonly record struct CatchUpPolicy(long Least, TimeSpan Since)
{
    /// <summary>What is left of a copy that keeps up: some clusters that were written since the last look.</summary>
    public const long NegligibleBytes = 4 << 20;

    /// <summary>How long the rest may stay as large as it is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Before anything is known.</summary>
    public static CatchUpPolicy Start(TimeSpan now) => new(long.MaxValue, now);

    /// <summary>Looks at what is left.</summary>
    /// <param name="remainingBytes">Bytes that are to be copied.</param>
    /// <param name="isReady">Whether the disks were copied once; from then on nothing has to be won, only the rest to stay small.</param>
    /// <param name="isCarried">Whether anything was sent since the last look: while a link is away, the guest is not to blame.</param>
    /// <param name="now">When.</param>
    /// <param name="isOutpaced">Whether the guest's writes have to wait from now on. It is told again when that has not helped for as long.</param>
    public CatchUpPolicy Next(long remainingBytes, bool isReady, bool isCarried, TimeSpan now, out bool isOutpaced)
    {
        var progresses = remainingBytes < Least || (isReady && remainingBytes <= NegligibleBytes);
        isOutpaced = !progresses && isCarried && now - Since >= Patience;
        return progresses || !isCarried || isOutpaced ? new CatchUpPolicy(Math.Min(Least, remainingBytes), now) : this;
    }
}
