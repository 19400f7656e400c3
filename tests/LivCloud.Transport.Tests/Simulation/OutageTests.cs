using LivCloud.Transport.Connections;
using Xunit.Abstractions;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>The path is cut for a while, for ever, or leads elsewhere.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(1.5)]
    [InlineData(30)]
    public void After_an_outage_the_rate_is_back_within_two_seconds(double seconds)
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(4));
        Cut(pair, true);
        pair.Network.Run(TimeSpan.FromSeconds(seconds));
        Cut(pair, false);
        pair.Network.Run(TimeSpan.FromSeconds(3));
        pair.Tell(transfer);
        Assert.True(transfer.IsIntact);
        Assert.True(transfer.Goodput(6 + seconds, 7 + seconds) > 85e6);
    }

    [Theory]
    [InlineData(ControlLaw.QueueBound)]
    [InlineData(ControlLaw.Native)]
    public void A_peer_that_is_gone_is_noticed(ControlLaw law)
    {
        var pair = new SimulatedPair(output, new PathSettings(), new ConnectionSettings { Law = law });
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(2));
        Cut(pair, true);
        pair.Network.Run(TimeSpan.FromSeconds(44));
        Assert.Equal(ConnectionState.Open, transfer.Client!.State);
        pair.Network.Run(TimeSpan.FromSeconds(8));
        Assert.Equal(ConnectionState.TimedOut, transfer.Client.State);
        Assert.Equal(ConnectionState.TimedOut, transfer.Server!.State);
        pair.Network.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(0, pair.Client.Endpoint.Count + pair.Server.Endpoint.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void A_peer_that_was_started_anew_is_noticed_within_three_seconds(double loss)
    {
        var pair = new SimulatedPair(output, new PathSettings { LossProbability = loss });
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(2));
        pair.Server.Restart();
        pair.Network.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(ConnectionState.TimedOut, transfer.Client!.State);
    }

    [Theory]
    [InlineData(1300, 0)]
    [InlineData(1420, 0.01)]
    [InlineData(1472, 0.01)]
    public void A_path_that_drops_long_datagrams_and_says_nothing_is_filled_all_the_same(int longest, double loss)
    {
        var pair = new SimulatedPair(output, new PathSettings { MaxDatagramBytes = longest, LossProbability = loss });
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(6));
        pair.Tell(transfer);
        Assert.True(transfer.IsIntact);
        Assert.True(transfer.Goodput(3, 6) > 85e6);
    }

    [Fact]
    public void A_path_that_gets_narrower_ends_the_connection_and_the_next_one_fits_it()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(3));
        pair.There.Settings = pair.There.Settings with { MaxDatagramBytes = 1400 };
        pair.Network.Run(TimeSpan.FromSeconds(12));
        Assert.Equal(ConnectionState.TimedOut, transfer.Client!.State);
        var next = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(6));
        pair.Tell(next);
        Assert.True(next.Goodput(18, 21) > 85e6);
    }

    [Fact]
    public void An_idle_connection_stays()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var transfer = new SimulatedTransfer(pair.Client, pair.Server, 1000, closes: false);
        pair.Network.Run(TimeSpan.FromMinutes(100));
        Assert.Equal(ConnectionState.Open, transfer.Client!.State);
        Assert.Equal(ConnectionState.Open, transfer.Server!.State);
    }

    [Fact]
    public void A_NAT_that_gives_the_client_another_address_is_survived()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(2));
        var other = pair.Client.Address with { Port = 4711 };
        pair.Client.SourceAddress = other;
        pair.Server.Paths[other] = (pair.Back, pair.Client);
        pair.Server.Paths.Remove(pair.Client.Address);
        pair.Network.Run(TimeSpan.FromSeconds(3));
        pair.Tell(transfer);
        Assert.Equal(other, pair.Server.Endpoint.AddressOf(transfer.Server!));
        Assert.True(transfer.Goodput(4, 5) > 85e6);
    }

    [Fact]
    public void An_address_that_can_not_answer_gets_nothing()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(1));
        pair.Client.SourceAddress = pair.Client.Address with { Port = 4711 };
        pair.Network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(pair.Client.Address, pair.Server.Endpoint.AddressOf(transfer.Server!));
        Assert.True(transfer.Goodput(1.2, 2) > 80e6);
    }

    private static void Cut(SimulatedPair pair, bool isCut)
    {
        pair.There.Settings = pair.There.Settings with { IsCut = isCut };
        pair.Back.Settings = pair.Back.Settings with { IsCut = isCut };
    }
}
