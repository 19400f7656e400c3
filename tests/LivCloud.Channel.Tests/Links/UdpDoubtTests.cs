using LivCloud.Channel.Links;
using LivCloud.Core;

namespace LivCloud.Channel.Tests.Links;

public sealed class UdpDoubtTests
{
    [Fact]
    public void Five_busy_seconds_of_loss_are_enough()
    {
        var doubt = new UdpDoubt();
        Assert.Equal([false, false, false, false, true], Enumerable.Range(1, 5).Select(second => doubt.Add(new PacketCount(second * 1000, second * 30))));
    }

    [Fact]
    public void A_path_that_loses_one_packet_in_a_hundred_is_not_doubted()
    {
        var doubt = new UdpDoubt();
        Assert.DoesNotContain(true, Enumerable.Range(1, 100).Select(second => doubt.Add(new PacketCount(second * 1000, second * 10))));
    }

    [Fact]
    public void A_second_without_loss_begins_anew_and_one_without_traffic_says_nothing()
    {
        var doubt = new UdpDoubt();
        var count = default(PacketCount);
        Assert.Equal(
            [false, false, false, false, false, false, false, false, false, false, true],
            new[] { 30, 30, 30, 30, 0, 30, 30, -1, 30, 30, 30 }.Select(again =>
                doubt.Add(count += again < 0 ? new PacketCount(10, 5) : new PacketCount(1000, again))));
    }

    [Fact]
    public void A_new_link_counts_from_zero()
    {
        var doubt = new UdpDoubt();
        Assert.DoesNotContain(true, Enumerable.Range(1, 4).Select(second => doubt.Add(new PacketCount(second * 1000, second * 30))));
        Assert.DoesNotContain(true, Enumerable.Range(1, 5).Select(second => doubt.Add(new PacketCount(second * 500, second * 30))));
        Assert.True(doubt.Add(new PacketCount(3000, 200)));
    }

    [Theory]
    [InlineData(10, 14, false)]
    [InlineData(10, 15, true)]
    [InlineData(0, 1, true)]
    [InlineData(0, 0, false)]
    public void UDT_is_left_for_half_as_much_again(long udt, long tcp, bool expected) =>
        Assert.Equal(expected, TransportChoice.IsWorthLeaving(new Bandwidth(udt), new Bandwidth(tcp)));
}
