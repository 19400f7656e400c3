namespace LivCloud.Prediction.Courses;

/// <summary>Goes through QEMU's passes over a guest's memory: each sends what was written during the one before it.</summary>
public static class PreCopyModel
{
    /// <summary>So many passes without an end are none.</summary>
    public const int MostPasses = 1000;

    // A page of zeros is a header of nine bytes; looking at it takes the emulator about half a nanosecond for a byte.
    private const double ZeroShare = 9.0 / 4096, ZeroBytesPerSecond = 2e9;

    // QEMU looks at its limits about every so often, and a pass takes as long at least.
    private static readonly TimeSpan ShortestPass = TimeSpan.FromMilliseconds(2);

    /// <summary>Goes through the passes.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="path">What carries it.</param>
    /// <param name="limit">How long the last pass may take, once the pass of that number, from 1, has begun.</param>
    /// <param name="patience">How long all may take; null: as long as it likes.</param>
    /// <param name="begun">How long the first of these passes has gone on already.</param>
    public static MemoryCourse Run(MemoryLoad memory, PathLoad path, Func<int, TimeSpan> limit, TimeSpan? patience = null, TimeSpan begun = default)
    {
        var sent = memory.UsedBytes + (memory.ZeroBytes * ZeroShare);
        var live = Pass(sent, path) + TimeSpan.FromSeconds(memory.ZeroBytes / ZeroBytesPerSecond);
        var last = live + begun;
        for (var pass = 2; pass <= MostPasses && live <= (patience ?? TimeSpan.MaxValue); pass++)
        {
            var dirtied = memory.DirtiedWithin(last) * memory.SentShare(pass, live);
            if (dirtied <= path.BytesPerSecond * limit(pass).TotalSeconds)
            {
                return new MemoryCourse(Converges: true, live, dirtied, sent + dirtied, pass);
            }

            last = Pass(dirtied, path);
            live += last;
            sent += dirtied;
        }

        return new MemoryCourse(Converges: false, live, memory.DirtiedWithin(last) * memory.SentShare(MostPasses, live), sent, MostPasses);
    }

    private static TimeSpan Pass(double bytes, PathLoad path)
    {
        var time = path.TimeFor(bytes);
        return time > ShortestPass ? time : ShortestPass;
    }
}
