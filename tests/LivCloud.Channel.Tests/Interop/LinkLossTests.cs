using System.Security.Cryptography;
using LivCloud.Channel.Tests.Support;

namespace LivCloud.Channel.Tests.Interop;

public sealed class LinkLossTests
{
    private static readonly StreamTarget Memory = new(StreamKind.Memory, null, 0);
    private readonly TestAuthority _authority = new();

    [Fact]
    public async Task A_stream_survives_links_that_break_and_come_back()
    {
        await using var cloud = Cloud();
        await using var relay = new TcpRelay(cloud.Address);
        await using var onprem = Onprem(relay.Address);
        var (here, there) = await OpenAsync(onprem, cloud);
        var sent = RandomNumberGenerator.GetBytes(20_000_000);
        var writing = Expect.WriteAllAsync(here, sent);
        for (var cut = 0; cut < 3; cut++)
        {
            var part = await Expect.ExactlyAsync(there, 3_000_000);
            Assert.True(part.AsSpan().SequenceEqual(sent.AsSpan(cut * 3_000_000, 3_000_000)));
            relay.Cut();
            await Expect.LinksAsync(here.Session, 0);
            relay.Restore();
        }

        Assert.True((await Expect.AllAsync(there)).AsSpan().SequenceEqual(sent.AsSpan(9_000_000)));
        await writing;
        Assert.InRange(here.Session.Statistics.RetransmittedBytes, 1, 3L * sent.Length);

        // After the last cut nothing may have been left to send: what was read late was there already.
        Assert.True(relay.Connections >= 2, $"{relay.Connections} connections");
    }

    [Fact]
    public async Task A_silent_cut_is_noticed_and_survived()
    {
        await using var cloud = Cloud(Quick);
        await using var relay = new TcpRelay(cloud.Address);
        await using var onprem = Onprem(relay.Address, Quick);
        var (here, there) = await OpenAsync(onprem, cloud);
        relay.Silence();
        await here.WriteAsync(new byte[1000]);
        await Expect.LinksAsync(here.Session, 0);
        relay.Restore();
        Assert.Equal(1000, (await Expect.ExactlyAsync(there, 1000)).Length);
    }

    [Fact]
    public async Task After_the_hold_time_the_session_fails_at_both_ends_and_a_new_one_can_begin()
    {
        await using var cloud = Cloud(ShortHold);
        await using var relay = new TcpRelay(cloud.Address);
        await using var onprem = Onprem(relay.Address, ShortHold);
        var (here, there) = await OpenAsync(onprem, cloud);
        relay.Cut();
        await Expect.FailureAsync(() => here.ReadAsync(new byte[1]).AsTask(), ChannelError.LinkLost);
        await Expect.FailureAsync(() => there.ReadAsync(new byte[1]).AsTask(), ChannelError.LinkLost);
        await Expect.ClosedAsync(here.Session);
        Assert.Equal(ChannelError.LinkLost, here.Session.Failure?.Error);
        Assert.True(here.Session.Failure?.IsTransient);
        relay.Restore();
        var (again, _) = await OpenAsync(onprem, cloud);
        Assert.NotEqual(here.Session.Id, again.Session.Id);
    }

    [Fact]
    public async Task The_end_that_did_not_begin_the_session_dials_when_no_link_comes_back()
    {
        await using var relayBack = new TcpRelay();
        await using var cloud = new TestHost("cloud", _authority, new() { ["onprem"] = relayBack.Address }, Quick);
        await using var relay = new TcpRelay(cloud.Address);
        await using var onprem = Onprem(relay.Address, Quick);
        relayBack.LeadTo(onprem.Address);
        var (here, there) = await OpenAsync(onprem, cloud);
        relay.Cut();
        await Expect.LinksAsync(here.Session, 0);
        await Expect.LinksAsync(here.Session, 1);
        await here.WriteAsync(new byte[] { 7 });
        Assert.Equal([7], await Expect.ExactlyAsync(there, 1));
        Assert.Equal(1, relayBack.Connections);
    }

    [Fact]
    public async Task A_restarted_acceptor_fails_the_session_at_once()
    {
        var cloud = Cloud();
        await using var relay = new TcpRelay(cloud.Address);
        await using var onprem = Onprem(relay.Address);
        var (here, _) = await OpenAsync(onprem, cloud);
        await using var restarted = Cloud();
        relay.LeadTo(restarted.Address);
        await Expect.FailureAsync(() => here.ReadAsync(new byte[1]).AsTask(), ChannelError.PeerRestarted);
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_restarted_dialer_makes_the_acceptor_drop_its_older_session_at_once()
    {
        await using var cloud = Cloud();
        await using var relay = new TcpRelay(cloud.Address);
        await using var onprem = Onprem(relay.Address);
        var (_, there) = await OpenAsync(onprem, cloud);
        relay.Cut();
        await using var restarted = Onprem(cloud.Address);
        await OpenAsync(restarted, cloud);
        await Expect.FailureAsync(() => there.ReadAsync(new byte[1]).AsTask(), ChannelError.PeerRestarted);
        Assert.Single(cloud.Endpoint.Sessions);
    }

    [Fact]
    public async Task Parallel_links_carry_one_stream_and_lost_ones_are_made_again()
    {
        await using var cloud = Cloud();
        await using var relay = new TcpRelay(cloud.Address);
        await using var onprem = Onprem(relay.Address, options => options with { LinksPerSession = 3 });
        var (here, there) = await OpenAsync(onprem, cloud);
        await Expect.LinksAsync(here.Session, 3);
        var sent = RandomNumberGenerator.GetBytes(20_000_000);
        var writing = Expect.WriteAllAsync(here, sent);
        await Expect.ExactlyAsync(there, 1_000_000);
        relay.Cut();
        await Expect.LinksAsync(here.Session, 0);
        relay.Restore();
        Assert.True((await Expect.AllAsync(there)).AsSpan().SequenceEqual(sent.AsSpan(1_000_000)));
        await writing;
        await Expect.LinksAsync(here.Session, 3);
    }

    [Fact]
    public async Task An_endpoint_can_be_disposed_while_the_other_end_takes_nothing()
    {
        await using var cloud = Cloud();
        await using var relay = new TcpRelay(cloud.Address);
        await using var onprem = Onprem(relay.Address);
        var (here, _) = await OpenAsync(onprem, cloud);
        relay.Stall();
        var writing = Expect.WriteAllAsync(here, new byte[50_000_000]);
        await onprem.DisposeAsync().AsTask().WaitAsync(TestHost.Patience);
        await Expect.FailureAsync(() => writing, ChannelError.Closed);
    }

    private static ChannelOptions Quick(ChannelOptions options) => options with
    {
        PingInterval = TimeSpan.FromMilliseconds(100),
        LinkTimeout = TimeSpan.FromSeconds(1),
        ReverseDialDelay = TimeSpan.FromMilliseconds(200),
        HandshakeTimeout = TimeSpan.FromSeconds(2),
    };

    private static ChannelOptions ShortHold(ChannelOptions options) => options with { HoldTime = TimeSpan.FromSeconds(1) };

    private static async Task<(ChannelStream Here, ChannelStream There)> OpenAsync(TestHost onprem, TestHost cloud)
    {
        var session = await onprem.Endpoint.GetSessionAsync(cloud.Name).WaitAsync(TestHost.Patience);
        var here = await session.OpenAsync(Memory).WaitAsync(TestHost.Patience);
        return (here, await cloud.NextStreamAsync());
    }

    private TestHost Cloud(Func<ChannelOptions, ChannelOptions>? change = null) => new("cloud", _authority, new() { ["onprem"] = "" }, change);

    private TestHost Onprem(string cloud, Func<ChannelOptions, ChannelOptions>? change = null) =>
        new("onprem", _authority, new() { ["cloud"] = cloud }, change);
}
