namespace LivCloud.Core.Tests;

public sealed class DurationTests
{
    [Theory]
    [InlineData("300ms", 300)]
    [InlineData("1.5s", 1_500)]
    [InlineData("10m", 600_000)]
    [InlineData("10min", 600_000)]
    [InlineData("2H", 7_200_000)]
    [InlineData("500us", 0.5)]
    [InlineData("0s", 0)]
    [InlineData("10000h", 36_000_000_000.0)]
    public void A_span_is_read(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var span));
        Assert.Equal(milliseconds, span.TotalMilliseconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("300")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("1,5s")]
    [InlineData("10001h")]
    [InlineData("99999999999999999999s")]
    public void What_is_no_span_is_refused(string? text)
    {
        Assert.False(Duration.TryParse(text, out var span));
        Assert.Equal(default, span);
    }

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(300, "300 ms")]
    [InlineData(12_400, "12.4 s")]
    [InlineData(119_900, "119.9 s")]
    [InlineData(185_000, "3 min 5 s")]
    [InlineData(7_200_000, "120 min 0 s")]
    public void A_span_is_written_in_the_unit_that_suits_it(double milliseconds, string text) =>
        Assert.Equal(text, Duration.Format(TimeSpan.FromMilliseconds(milliseconds)));
}
