namespace LivCloud.Prediction.Courses;

/// <summary>One pass, then the guest goes on at the destination, which asks for what it misses.</summary>
public static class PostCopyModel
{
    /// <summary>Goes through it.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="path">What carries it.</param>
    /// <returns>How it goes: only little is sent in the pause, however much is left. And how long the guest waits for pages afterwards at worst.</returns>
    public static (MemoryCourse Course, TimeSpan Missing) Run(MemoryLoad memory, PathLoad path)
    {
        var first = PreCopyModel.Run(memory with { Dirty = DirtyCurve.Idle }, path, _ => TimeSpan.Zero);
        var left = memory.DirtiedWithin(first.Live);
        return (first with { Converges = true, LastBytes = 0, Bytes = first.Bytes + left }, path.TimeFor(left));
    }
}
