using LivCloud.Transport.Measuring;
using LivCloud.Transport.Sending;

namespace LivCloud.Transport.Tests.Sending;

public sealed class LossDetectorTests
{
    [Fact]
    public void A_packet_of_which_nothing_is_known_does_not_keep_others_from_being_found()
    {
        var scoreboard = new Scoreboard(64);
        var roundTrip = new RoundTrip();
        roundTrip.Add(TimeSpan.FromMilliseconds(40), At(0));
        var detector = new LossDetector(scoreboard, roundTrip);
        for (var index = 0; index < 4; index++)
        {
            scoreboard.SendNew(At(index));
        }

        // The first is lost and sent again, so that the others, of which no report tells, are older.
        scoreboard.MarkLost(0);
        Assert.True(scoreboard.TrySendLost(At(10), out _));
        detector.OnArrived(At(100));
        detector.Detect(knownBefore: 1, duplicates: 0, At(120));
        Assert.False(scoreboard.IsInFlight(0));
        Assert.True(scoreboard.IsInFlight(1));
        Assert.Equal(3, scoreboard.InFlight);
    }

    private static Instant At(double milliseconds) => new((long)(milliseconds * TimeSpan.TicksPerMillisecond));
}
