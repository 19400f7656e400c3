namespace LivCloud.Prediction.Measuring;

/// <summary>How long the difference of two states of a page is as QEMU sends it (XBZRLE: runs of what stayed and of what changed).</summary>
public static class PageDifference
{
    // The header of a page, and the lengths of a run of either kind: mostly of a byte or two.
    private const int HeaderBytes = 11, RunBytes = 3;

    /// <summary>Its length, in bytes; a difference that is no shorter than the page is sent as the page.</summary>
    public static int Bytes(ReadOnlySpan<byte> before, ReadOnlySpan<byte> now)
    {
        var bytes = HeaderBytes;
        for (var at = before.CommonPrefixLength(now); at < before.Length;)
        {
            var run = at;
            while (run < before.Length && before[run] != now[run])
            {
                run++;
            }

            bytes += RunBytes + (run - at);
            at = run + before[run..].CommonPrefixLength(now[run..]);
        }

        return Math.Min(bytes, before.Length + HeaderBytes);
    }
}
