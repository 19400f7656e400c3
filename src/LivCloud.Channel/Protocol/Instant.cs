namespace LivCloud.Channel.Protocol;

/// <summary>A point of monotonic time; only differences mean anything.</summary>
/// <param name="Ticks">100 ns units since an arbitrary beginning.</param>
internal readonly record struct Instant(long Ticks)
{
    public static Instant operator +(Instant instant, TimeSpan span) => new(instant.Ticks + span.Ticks);

    public static TimeSpan operator -(Instant later, Instant earlier) => new(later.Ticks - earlier.Ticks);

    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    /// <summary>The earlier of two deadlines; null is "never".</summary>
    public static Instant? Earlier(Instant? one, Instant? other) =>
        one is not { } first ? other : other is not { } second ? one : first <= second ? one : other;
}
