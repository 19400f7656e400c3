using System.IO.Compression;
using LivCloud.Prediction.Courses;

namespace LivCloud.Prediction.Measuring;

/// <summary>What some of a guest's pages tell of all: how many hold only zeros, how well the others shrink, and how many are written within a time.</summary>
/// <remarks>The pages are chosen and read by who uses it, each time in the same order.</remarks>
public sealed class PageSample
{
    /// <summary>The size of a page, in bytes.</summary>
    public const int PageBytes = 4096;

    // So many tell as well as all how they shrink, and take some milliseconds.
    private const int Compressed = 512;

    private readonly byte[] _first;
    private readonly bool[] _hasChanged;
    private readonly List<(TimeSpan Period, int Changed)> _looks = [];
    private double _againBytes;
    private int _again;

    /// <summary>Begins with what the pages hold now.</summary>
    /// <param name="pages">Their contents, one after the other; it is kept and must not be changed.</param>
    public PageSample(byte[] pages)
    {
        ArgumentNullException.ThrowIfNull(pages);
        _first = pages;
        Count = pages.Length / PageBytes;
        _hasChanged = new bool[Count];
        var zeros = Enumerable.Range(0, Count).Count(page => !Page(pages, page).ContainsAnyExcept((byte)0));
        ZeroShare = Count == 0 ? 0 : (double)zeros / Count;
    }

    /// <summary>How many pages there are.</summary>
    public int Count { get; }

    /// <summary>The share of pages that hold only zeros, 0 to 1.</summary>
    public double ZeroShare { get; }

    /// <summary>What is left of the other pages when they are compressed, of their size; 1 when there are none.</summary>
    public double CompressedShare()
    {
        var step = Math.Max(1, (int)(Count * (1 - ZeroShare)) / Compressed);
        var used = Enumerable.Range(0, Count).Where(page => Page(_first, page).ContainsAnyExcept((byte)0)).Where((_, number) => number % step == 0).ToList();
        if (used.Count == 0)
        {
            return 1;
        }

        using var compressed = new MemoryStream();
        using (var compressor = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var page in used)
            {
                compressor.Write(Page(_first, page));
            }
        }

        return Math.Min(1, (double)compressed.Length / ((long)used.Count * PageBytes));
    }

    /// <summary>What is sent of a page that was written again, of its size, when only differences are; 1 when none was seen to be.</summary>
    public double AgainShare => _again == 0 ? 1 : Math.Min(1, _againBytes / ((double)_again * PageBytes));

    /// <summary>Looks again at the pages that were not seen to change yet.</summary>
    /// <param name="read">Reads one of them.</param>
    /// <param name="since">How long ago the first look was.</param>
    /// <returns>false when a page could not be read; then nothing is to be made of the sample.</returns>
    public bool TryLook(PageReader read, TimeSpan since)
    {
        ArgumentNullException.ThrowIfNull(read);
        Span<byte> now = stackalloc byte[PageBytes];
        for (var page = 0; page < Count; page++)
        {
            // Written once more, it may hold what it held at first: then it counts all the same.
            if (_hasChanged[page])
            {
                continue;
            }

            if (!read(page, now))
            {
                return false;
            }

            var before = Page(_first, page);
            if (!before.SequenceEqual(now))
            {
                _hasChanged[page] = true;
                _againBytes += PageDifference.Bytes(before, now);
                _again++;
            }
        }

        _looks.Add((since, _again));
        return true;
    }

    /// <summary>What all looks tell of a memory.</summary>
    /// <param name="memoryBytes">Its size, in bytes.</param>
    public IEnumerable<DirtySample> DirtySamples(long memoryBytes) =>
        _looks.Select(look => new DirtySample(look.Period, Count == 0 ? 0 : (long)((double)look.Changed / Count * memoryBytes)));

    private static ReadOnlySpan<byte> Page(ReadOnlySpan<byte> pages, int page) => pages.Slice(page * PageBytes, PageBytes);
}

/// <summary>Reads what a page holds now.</summary>
/// <param name="page">The page's place in the sample.</param>
/// <param name="contents">Gets its contents, <see cref="PageSample.PageBytes"/>.</param>
/// <returns>false when it can not be read.</returns>
public delegate bool PageReader(int page, Span<byte> contents);
