using LivCloud.Channel.Protocol;
using LivCloud.Core;
using LivCloud.Transport;

namespace LivCloud.Channel.Tests.Protocol;

public sealed class SessionConditionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly SessionSettings _settings = new();

    [Fact]
    public void The_quickest_link_says_how_long_the_peer_is_silent()
    {
        var now = new Instant(0);
        var session = new SessionCore(_settings, HostName.Parse("beta"), isDialer: true, now);
        Assert.Null(session.Silence(now));
        session.HandleLinkUp(now, 1);
        session.HandleLinkUp(now, 2);
        session.HandleProgress(now + Second, 1);
        Assert.Equal(Second, session.Silence(now + Second + Second));
    }

    [Fact]
    public void What_is_left_of_the_hold_time_is_known_only_without_a_link()
    {
        var now = new Instant(0);
        var session = new SessionCore(_settings, HostName.Parse("beta"), isDialer: true, now);
        session.HandleLinkUp(now, 1);
        Assert.Null(session.HoldRemaining(now));
        session.HandleLinkDown(now, 1);
        Assert.Equal(_settings.HoldTime - Second, session.HoldRemaining(now + Second));
        session.HandleLinkUp(now + Second, 2);
        Assert.Null(session.HoldRemaining(now + Second));
    }
}
