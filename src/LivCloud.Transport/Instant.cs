namespace LivCloud.Transport;

/// <summary>A point of monotonic time; only differences mean anything.</summary>
/// <param name="Ticks">100 ns units since an arbitrary beginning.</param>
public readonly record struct Instant(long Ticks)
{
    /// <summary>The point a while later.</summary>
    public static Instant operator +(Instant instant, TimeSpan span) => new(instant.Ticks + span.Ticks);

    /// <summary>The point a while earlier.</summary>
    public static Instant operator -(Instant instant, TimeSpan span) => new(instant.Ticks - span.Ticks);

    /// <summary>The time between two points; negative when the first is the earlier one.</summary>
    public static TimeSpan operator -(Instant later, Instant earlier) => new(later.Ticks - earlier.Ticks);

    /// <summary>Whether one is earlier.</summary>
    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    /// <summary>Whether one is later.</summary>
    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    /// <summary>Whether one is not later.</summary>
    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    /// <summary>Whether one is not earlier.</summary>
    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    /// <summary>The earlier of two deadlines; null is "never".</summary>
    public static Instant? Earlier(Instant? one, Instant? other) =>
        one is not { } first ? other : other is not { } second ? one : first <= second ? one : other;

    /// <summary>The later of two points.</summary>
    public static Instant Later(Instant one, Instant other) => one > other ? one : other;
}
