namespace LivCloud.Core.Tests;

public sealed class BandwidthTests
{
    [Theory]
    [InlineData("200mbit", 200_000_000)]
    [InlineData("200 Mbit/s", 200_000_000)]
    [InlineData("1.5gbit", 1_500_000_000)]
    [InlineData(" 64kbit ", 64_000)]
    [InlineData("1bit", 1)]
    [InlineData("1000000gbit", 1_000_000_000_000_000)]
    public void A_rate_is_read(string text, long bitsPerSecond)
    {
        Assert.True(Bandwidth.TryParse(text, out var bandwidth));
        Assert.Equal(bitsPerSecond, bandwidth.BitsPerSecond);
        Assert.Equal(bitsPerSecond / 8, bandwidth.BytesPerSecond);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("mbit")]
    [InlineData("200")]
    [InlineData("200MB")]
    [InlineData("0mbit")]
    [InlineData("-1mbit")]
    [InlineData("0.1bit")]
    [InlineData("1,5gbit")]
    [InlineData("1e3mbit")]
    [InlineData("1000001gbit")]
    [InlineData("99999999999999999999999999999999mbit")]
    public void What_is_no_rate_is_refused(string? text)
    {
        Assert.False(Bandwidth.TryParse(text, out var bandwidth));
        Assert.Equal(default, bandwidth);
    }

    [Theory]
    [InlineData(1, "1 bit/s")]
    [InlineData(999, "999 bit/s")]
    [InlineData(1_500, "1.5 kbit/s")]
    [InlineData(412_000_000, "412 Mbit/s")]
    [InlineData(10_000_000_000, "10 Gbit/s")]
    public void A_rate_is_written_in_its_largest_unit(long bitsPerSecond, string text) =>
        Assert.Equal(text, new Bandwidth(bitsPerSecond).ToString());

    [Theory]
    [InlineData(1)]
    [InlineData(64_000)]
    [InlineData(200_000_000)]
    public void What_is_written_is_read_back(long bitsPerSecond)
    {
        Assert.True(Bandwidth.TryParse(new Bandwidth(bitsPerSecond).ToString(), out var bandwidth));
        Assert.Equal(bitsPerSecond, bandwidth.BitsPerSecond);
    }
}
