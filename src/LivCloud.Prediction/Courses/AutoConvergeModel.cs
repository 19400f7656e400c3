namespace LivCloud.Prediction.Courses;

/// <summary>Pre-copy with a guest that is slowed, ever more, until its memory can be sent faster than it writes (QEMU's auto-converge).</summary>
public static class AutoConvergeModel
{
    /// <summary>By how much a guest is slowed at first, and by how much more each time that does not help (cpu-throttle-initial, cpu-throttle-increment).</summary>
    public const double FirstThrottle = 0.2, Increment = 0.1, MostThrottle = 0.99;

    /// <summary>Goes through the passes.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="path">What carries it.</param>
    /// <param name="limit">How long the last pass may take, once the pass of that number has begun.</param>
    /// <param name="patience">How long all may take; null: as long as it likes.</param>
    /// <returns>How it goes, and by how much of its time the guest was slowed at the end, 0 to 0.99.</returns>
    public static (MemoryCourse Course, double Throttle) Run(MemoryLoad memory, PathLoad path, Func<int, TimeSpan> limit, TimeSpan? patience = null)
    {
        var throttle = 0.0;
        var spent = PreCopyModel.Run(memory, path, limit, patience);
        while (!spent.Converges && throttle < MostThrottle)
        {
            throttle = throttle == 0 ? FirstThrottle : Math.Min(MostThrottle, throttle + Increment);
            spent = PreCopyModel.Run(memory.Slowed(throttle), path, limit, patience);
        }

        // QEMU slows the guest only after two passes that did not help: before each step they were sent at the pace of the step before.
        var steps = throttle == 0 ? 0 : 1 + (int)Math.Round((throttle - FirstThrottle) / Increment);
        var wasted = Enumerable.Range(0, steps).Sum(step => 2 * PassBytes(memory, path, step == 0 ? 0 : FirstThrottle + ((step - 1) * Increment)));
        var course = spent with { Bytes = spent.Bytes + wasted, Live = spent.Live + path.TimeFor(wasted), Passes = spent.Passes + (2 * steps) };
        return (course with { Converges = course.Converges && course.Live <= (patience ?? TimeSpan.MaxValue) }, throttle);
    }

    // What a pass sends once passes have become no shorter than those before them.
    private static double PassBytes(MemoryLoad memory, PathLoad path, double throttle)
    {
        var slowed = memory.Slowed(throttle);
        var (bytes, since) = (memory.UsedBytes, TimeSpan.Zero);
        for (var pass = 2; pass < 20; pass++)
        {
            var last = path.TimeFor(bytes);
            since += last;
            bytes = slowed.DirtiedWithin(last) * slowed.SentShare(pass, since);
        }

        return bytes;
    }
}
