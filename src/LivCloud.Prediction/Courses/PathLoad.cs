namespace LivCloud.Prediction.Courses;

/// <summary>The way to the destination, as far as moving a guest goes.</summary>
/// <param name="BytesPerSecond">What it carries, in bytes per second; more than 0.</param>
/// <param name="RoundTrip">Its round trip.</param>
public sealed record PathLoad(double BytesPerSecond, TimeSpan RoundTrip)
{
    // Ten years are as good as never, and a thousand of them still a time that can be told.
    private static readonly TimeSpan Never = TimeSpan.FromDays(3650);

    /// <summary>How long it takes to carry so many bytes; ten years at most.</summary>
    /// <param name="bytes">How many; 0 or more.</param>
    public TimeSpan TimeFor(double bytes) => TimeSpan.FromSeconds(Math.Min(bytes / BytesPerSecond, Never.TotalSeconds));
}
