using LivCloud.Prediction.Measuring;

namespace LivCloud.Prediction.Tests;

public sealed class PageSampleTests
{
    private const int Page = PageSample.PageBytes;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Pages_of_zeros_are_counted_and_the_rest_is_compressed()
    {
        var pages = new byte[8 * Page];
        new Random(1).NextBytes(pages.AsSpan(0, Page));
        pages.AsSpan(Page, Page).Fill(7);
        var sample = new PageSample(pages);
        Assert.Equal(0.75, sample.ZeroShare);
        Assert.InRange(sample.CompressedShare(), 0.5, 0.55);
        Assert.Equal(1, new PageSample(new byte[4 * Page]).CompressedShare());
    }

    [Fact]
    public void A_page_that_was_written_counts_once_also_when_it_is_as_it_was_again()
    {
        var sample = new PageSample(new byte[4 * Page]);
        var written = new byte[4 * Page];
        written[10] = 1;
        Assert.True(Look(sample, written, Second));
        Assert.True(Look(sample, new byte[4 * Page], 2 * Second));
        written[Page] = 1;
        Assert.True(Look(sample, written, 5 * Second));
        Assert.Equal([1L << 20, 1L << 20, 2L << 20], sample.DirtySamples(4L << 20).Select(one => one.Bytes));
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(16, 0.01)]
    [InlineData(Page, 1.0)]
    public void What_is_sent_again_is_as_long_as_the_difference(int changed, double share)
    {
        var sample = new PageSample(new byte[Page]);
        var written = new byte[Page];
        written.AsSpan(100 * (changed < Page ? 1 : 0), changed).Fill(9);
        Assert.True(Look(sample, written, Second));
        Assert.InRange(sample.AgainShare, share * 0.7, share);
    }

    [Fact]
    public void A_difference_is_no_longer_than_the_page()
    {
        var (before, now) = (new byte[Page], new byte[Page]);
        for (var at = 0; at < Page; at += 2)
        {
            now[at] = 1;
        }

        Assert.InRange(PageDifference.Bytes(before, now), Page, Page + 16);
        Assert.InRange(PageDifference.Bytes(before, before), 0, 16);
    }

    [Fact]
    public void No_pages_tell_nothing()
    {
        var sample = new PageSample([]);
        Assert.True(Look(sample, [], Second));
        Assert.Equal(0, Assert.Single(sample.DirtySamples(1 << 20)).Bytes);
    }

    [Fact]
    public void A_page_that_can_not_be_read_ends_the_look() => Assert.False(new PageSample(new byte[Page]).TryLook((_, _) => false, Second));

    private static bool Look(PageSample sample, byte[] pages, TimeSpan since) => sample.TryLook(
        (page, contents) =>
        {
            pages.AsSpan(page * Page, Page).CopyTo(contents);
            return true;
        },
        since);
}
