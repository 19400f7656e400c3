using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Tests.Packets;

public sealed class LossListTests
{
    /// <summary>Packets 2, 6 to 11 and 14, as the draft writes them.</summary>
    private static readonly byte[] Example = Convert.FromHexString("00000002800000060000000b0000000e");

    private static readonly SequenceRange[] ExampleRanges = [Range(2, 2), Range(6, 11), Range(14, 14)];

    [Fact]
    public void Ranges_are_written_and_read_as_in_the_draft()
    {
        var bytes = new byte[Example.Length];
        Assert.Equal(bytes.Length, LossList.Write(ExampleRanges, bytes));
        Assert.Equal(Example, bytes);
        Assert.Equal(ExampleRanges, ReadAll(Example));
    }

    [Theory]
    [InlineData(15, 12)]
    [InlineData(11, 4)]
    [InlineData(3, 0)]
    public void What_does_not_fit_is_left_out_whole(int room, int written) => Assert.Equal(written, LossList.Write(ExampleRanges, new byte[room]));

    [Theory]
    [InlineData("80000006")]           // a range without an end
    [InlineData("8000000680000007")]   // an end that says it begins a range
    [InlineData("8000000600000005")]   // an end before its beginning
    [InlineData("000000")]
    public void What_is_no_range_ends_the_list(string hex) => Assert.Empty(ReadAll(Convert.FromHexString(hex)));

    private static List<SequenceRange> ReadAll(ReadOnlySpan<byte> report)
    {
        var ranges = new List<SequenceRange>();
        while (LossList.TryTake(ref report, out var range))
        {
            ranges.Add(range);
        }

        return ranges;
    }

    private static SequenceRange Range(uint first, uint last) => new(new SequenceNumber(first), new SequenceNumber(last));
}
