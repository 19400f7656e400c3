using LivCloud.Channel.Links;

namespace LivCloud.Channel.Tests.Links;

public sealed class TransportChoiceTests
{
    [Fact]
    public void A_short_round_trip_takes_TCP_without_waiting() => Assert.Null(TransportChoice.Patience(TimeSpan.FromMilliseconds(1)));

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void With_a_long_one_UDT_gets_the_time_of_its_handshake_and_of_a_lost_packet(int roundTripMs)
    {
        var roundTrip = TimeSpan.FromMilliseconds(roundTripMs);
        var patience = TransportChoice.Patience(roundTrip);
        Assert.NotNull(patience);
        Assert.True(patience > roundTrip + TimeSpan.FromMilliseconds(250));
        Assert.True(patience < TimeSpan.FromSeconds(1));
    }
}
