using LivCloud.Channel.Protocol;
using LivCloud.Transport;

namespace LivCloud.Channel.Tests.Protocol;

public sealed class LinkLivenessTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(40);
    private readonly SessionSettings _settings = new();

    [Fact]
    public void Measuring_goes_on_after_a_stall_in_which_only_the_last_ping_was_answered()
    {
        var now = new Instant(0);
        var liveness = new LinkLiveness(_settings, now);
        Assert.Equal(1u, liveness.TakePing(now));
        now += _settings.PingInterval;
        Assert.Equal(2u, liveness.TakePing(now));
        liveness.NotePong(now + RoundTrip, 2);
        Assert.Null(liveness.SmoothedRtt);
        now += _settings.PingInterval;
        Assert.Equal(3u, liveness.TakePing(now));
        liveness.NotePong(now + RoundTrip, 3);
        Assert.Equal(RoundTrip, liveness.SmoothedRtt);
    }

    [Fact]
    public void A_first_answer_that_was_late_is_forgotten_at_the_second()
    {
        var now = new Instant(0);
        var liveness = new LinkLiveness(_settings, now);
        liveness.TakePing(now);
        liveness.NotePong(now + (RoundTrip * 10), 1);
        now = liveness.PingAt;
        liveness.TakePing(now);
        liveness.NotePong(now + RoundTrip, 2);
        Assert.Equal(RoundTrip, liveness.SmoothedRtt);
        Assert.True(now - new Instant(0) < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void An_answer_to_an_earlier_ping_is_no_sample_and_does_not_end_the_measurement()
    {
        var now = new Instant(0);
        var liveness = new LinkLiveness(_settings, now);
        liveness.TakePing(now);
        liveness.NotePong(now + RoundTrip, 1);
        now += _settings.PingInterval;
        Assert.Equal(2u, liveness.TakePing(now));
        liveness.NotePong(now + _settings.PingInterval, 1);
        liveness.NotePong(now + RoundTrip, 2);
        liveness.NotePong(now + _settings.PingInterval, 2);
        Assert.Equal(RoundTrip, liveness.SmoothedRtt);
    }
}
