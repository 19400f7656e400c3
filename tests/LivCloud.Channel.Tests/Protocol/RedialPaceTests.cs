using LivCloud.Channel.Protocol;

namespace LivCloud.Channel.Tests.Protocol;

public sealed class RedialPaceTests
{
    private readonly RedialPace _pace = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2));

    [Fact]
    public void As_long_as_nothing_went_wrong_links_are_made_at_once()
    {
        Assert.Equal(TimeSpan.Zero, _pace.TakeDelay());
        Assert.Equal(TimeSpan.Zero, _pace.TakeDelay());
    }

    [Fact]
    public void The_first_attempt_after_a_loss_waits_and_further_ones_wait_longer_up_to_the_limit()
    {
        _pace.NoteLost(TimeSpan.FromHours(1));
        Assert.Equal(200, _pace.TakeDelay().TotalMilliseconds);
        Assert.Equal([400, 800, 1600, 2000, 2000], Enumerable.Range(0, 5).Select(_ => DelayAfterFailure()));
    }

    [Fact]
    public void Links_that_break_right_after_their_handshake_are_dialed_ever_more_slowly()
    {
        Assert.Equal([200, 400, 800, 1600, 2000, 2000], Enumerable.Range(0, 6).Select(_ => DelayAfterLoss(TimeSpan.FromMilliseconds(50))));
        Assert.Equal(200, DelayAfterLoss(RedialPace.ProofTime));
    }

    [Fact]
    public void Links_that_are_lost_together_wait_once()
    {
        _pace.NoteLost(TimeSpan.FromHours(1));
        _pace.NoteLost(TimeSpan.FromHours(1));
        Assert.Equal(200, _pace.TakeDelay().TotalMilliseconds);
        Assert.Equal(TimeSpan.Zero, _pace.TakeDelay());
    }

    private double DelayAfterFailure()
    {
        _pace.NoteFailed();
        return _pace.TakeDelay().TotalMilliseconds;
    }

    private double DelayAfterLoss(TimeSpan lived)
    {
        _pace.NoteLost(lived);
        return _pace.TakeDelay().TotalMilliseconds;
    }
}
