namespace LivCloud.Core.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("0", 0)]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("512MB", 512L << 20)]
    [InlineData("512m", 512L << 20)]
    [InlineData("1G", 1L << 30)]
    [InlineData("1.5 KiB", 1536)]
    [InlineData("2TiB", 2L << 40)]
    [InlineData("10b", 10)]
    public void A_size_is_read(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size));
        Assert.Equal(bytes, size.Bytes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("1X")]
    [InlineData("1PiB")]
    [InlineData("1,5G")]
    [InlineData("9223372036854775808")]
    [InlineData("8388608TiB")]
    [InlineData("79228162514264337593543950335T")]
    public void What_is_no_size_is_refused(string? text)
    {
        Assert.False(ByteSize.TryParse(text, out var size));
        Assert.Equal(default, size);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1 KiB")]
    [InlineData(512L << 20, "512 MiB")]
    [InlineData(3L << 29, "1.5 GiB")]
    [InlineData(long.MaxValue, "8388608 TiB")]
    public void A_size_is_written_in_its_largest_unit(long bytes, string text) => Assert.Equal(text, new ByteSize(bytes).ToString());
}
