using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Tests.Packets;

public sealed class SequenceNumberTests
{
    [Theory]
    [InlineData(0u, 1u, 1)]
    [InlineData(SequenceNumber.Max, 0u, 1)]
    [InlineData(0u, SequenceNumber.Max, -1)]
    [InlineData(5u, 5u, 0)]
    [InlineData(SequenceNumber.Max - 99, 100u, 200)]
    [InlineData(1u, 0x3FFF_FFFFu, 0x3FFF_FFFE)]
    [InlineData(0x3FFF_FFFFu, 1u, -0x3FFF_FFFE)]
    public void A_distance_is_the_shorter_way_round(uint from, uint to, int distance)
    {
        var (first, second) = (new SequenceNumber(from), new SequenceNumber(to));
        Assert.Equal(distance, second - first);
        Assert.Equal(second, first + distance);
        Assert.Equal(distance > 0, first < second);
        Assert.Equal(distance < 0, first > second);
        Assert.Equal(distance >= 0, first <= second);
        Assert.Equal(distance <= 0, first >= second);
    }

    [Fact]
    public void Zero_follows_the_greatest()
    {
        Assert.Equal(new SequenceNumber(0), new SequenceNumber(SequenceNumber.Max).Next);
        Assert.Equal(new SequenceNumber(SequenceNumber.Max), new SequenceNumber(0).Previous);
        Assert.Equal(3, new SequenceRange(new SequenceNumber(SequenceNumber.Max), new SequenceNumber(1)).Count);
    }
}
