using LivCloud.Channel.Protocol;
using LivCloud.Transport;

namespace LivCloud.Channel.Tests.Protocol;

public sealed class TokenBucketTests
{
    [Fact]
    public void The_cap_holds_over_any_second_whatever_the_frames()
    {
        var random = new Random(1);
        var bucket = new TokenBucket();
        var now = new Instant(0);
        bucket.SetRate(now, 1_000_000);
        var sent = 0L;
        while (now.Ticks < 10 * TimeSpan.TicksPerSecond)
        {
            if (bucket.HasTokens(now))
            {
                var frame = random.Next(1000, 65_000);
                bucket.Take(frame);
                sent += frame;
            }
            else
            {
                now = bucket.ReadyAt();
            }
        }

        Assert.InRange(sent, 9_900_000, 10_100_000);
    }

    [Fact]
    public void A_pause_earns_no_more_than_a_few_milliseconds()
    {
        var bucket = new TokenBucket();
        bucket.SetRate(new Instant(0), 1_000_000);
        var now = new Instant(60 * TimeSpan.TicksPerSecond);
        var sent = 0;
        while (bucket.HasTokens(now))
        {
            bucket.Take(1000);
            sent += 1000;
        }

        Assert.InRange(sent, 1000, 12_000);
    }

    [Fact]
    public void No_cap_is_no_limit()
    {
        var bucket = new TokenBucket();
        bucket.SetRate(new Instant(0), 1000);
        bucket.Take(1_000_000);
        Assert.False(bucket.HasTokens(new Instant(0)));
        bucket.SetRate(new Instant(0), null);
        Assert.True(bucket.HasTokens(new Instant(0)));
    }
}
