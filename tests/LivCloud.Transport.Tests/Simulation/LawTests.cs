using LivCloud.Transport.Connections;
using LivCloud.Transport.Tests.Simulation.Tcp;
using Xunit.Abstractions;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>How well the modern law uses a path, and how it shares one.</summary>
public sealed class LawTests(ITestOutputHelper output)
{
    private const double Rate = 100e6;

    [Theory]
    [InlineData(20, 0)]
    [InlineData(50, 0.001)]
    [InlineData(100, 0.01)]
    [InlineData(200, 0.01)]
    public void A_flow_alone_fills_the_path_and_keeps_the_queue_short(int roundTripMs, double loss)
    {
        var pair = new SimulatedPair(output, new PathSettings { Delay = TimeSpan.FromMilliseconds(roundTripMs) / 2, LossProbability = loss });
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(6));
        var queues = Watch(pair, TimeSpan.FromSeconds(8));
        pair.Tell(transfer);
        output.WriteLine($"{transfer.Goodput(0, 14) / Rate:P1} of all, {transfer.Goodput(6, 14) / Rate:P1} later, queue {queues.Average():0.0} ms");
        Assert.True(transfer.Goodput(6, 14) > 0.9 * Rate);
        Assert.True(queues.Average() < 12);
        Assert.Equal(0, transfer.Client!.Statistics.SpuriousPackets);
    }

    [Theory]
    [InlineData(100, 50)]
    [InlineData(100, 200)]
    [InlineData(500, 50)]
    [InlineData(500, 200)]
    public void A_start_finds_the_rate_of_a_path_and_hardly_overflows_its_queue(int mbit, int roundTripMs)
    {
        var rate = mbit * 1e6;
        var pair = new SimulatedPair(output, new PathSettings { BitsPerSecond = rate, Delay = TimeSpan.FromMilliseconds(roundTripMs) / 2 });
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(4));
        pair.Tell(transfer);
        output.WriteLine($"{transfer.Goodput(2, 4) / rate:P1}, drops {(double)pair.There.QueueDrops / pair.There.Sent:P2}");
        Assert.True(transfer.Goodput(2, 4) > 0.85 * rate);
        Assert.True(pair.There.QueueDrops < 0.03 * pair.There.Sent);
    }

    [Theory]
    [InlineData(500, 10)]
    [InlineData(500, 50)]
    [InlineData(100, 100)]
    public void A_flow_that_had_little_to_send_fills_the_path_as_soon_as_it_has_more(int mbit, int roundTripMs)
    {
        var rate = mbit * 1e6;
        var pair = new SimulatedPair(output, new PathSettings { BitsPerSecond = rate, Delay = TimeSpan.FromMilliseconds(roundTripMs) / 2 });
        var transfer = pair.Begin();
        transfer.Offered = 0;
        for (var step = 0; step < 400; step++)
        {
            // Some small messages, and now and then a larger one.
            transfer.Offered = transfer.Sent + (step % 40 == 0 ? 20_000 : 300);
            pair.Network.Run(TimeSpan.FromMilliseconds(5));
        }

        transfer.Offered = long.MaxValue;
        pair.Network.Run(TimeSpan.FromSeconds(4));
        pair.Tell(transfer);
        var (first, later) = (transfer.Goodput(2, 3), transfer.Goodput(4, 6));
        output.WriteLine($"{first / rate:P1} in the first second, {later / rate:P1} later");
        Assert.True(first > 0.5 * rate);
        Assert.True(later > 0.88 * rate);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    public void Two_flows_share_a_path_before_a_short_and_a_long_buffer_whenever_the_second_joins(int queueMs)
    {
        var shares = Enumerable.Range(0, 5).Select(_ => LargerShare(queueMs)).Order().ToArray();
        Assert.True(shares[2] < 0.6);
        Assert.True(shares[^1] < 0.7);
    }

    private double LargerShare(int queueMs)
    {
        var pair = new SimulatedPair(output, new PathSettings { Queue = TimeSpan.FromMilliseconds(queueMs) });
        var first = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(3 + (6 * pair.Network.Random.NextDouble())));
        var (client, server) = (pair.Network.Add(pair.Settings), pair.Network.Add(pair.Settings));
        SimulatedNetwork.Join(client, server, pair.There, pair.Back);
        var second = new SimulatedTransfer(client, server, long.MaxValue / 2, closes: false);
        pair.Network.Run(new Instant(40 * TimeSpan.TicksPerSecond) - pair.Network.Now);
        var (one, other) = (first.Goodput(20, 40), second.Goodput(20, 40));
        output.WriteLine($"{one / 1e6:0.0} and {other / 1e6:0.0} Mbit/s");
        Assert.True(one + other > 0.88 * Rate);
        return Math.Max(one, other) / (one + other);
    }

    [Theory]
    [InlineData(false, 0.3, 0.72)]
    [InlineData(true, 0.2, 0.8)]
    public void A_flow_that_joins_one_of_TCP_gets_its_share_and_leaves_it_one(bool isBbr, double least, double most)
    {
        var shares = Enumerable.Range(0, 5).Select(_ => ShareBesideTcp(isBbr)).Order().ToArray();
        Assert.InRange(shares[2], least, most);
        Assert.All(shares, share => Assert.InRange(share, 0.15, 0.9));
    }

    private double ShareBesideTcp(bool isBbr)
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var tcp = new TcpFlow(pair.Network, pair.There, pair.Back, isBbr ? new BbrLaw(pair.Network.Random) : new CubicLaw());
        pair.Network.Run(TimeSpan.FromSeconds(10));
        var udt = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(30));
        var (ours, theirs) = (udt.Goodput(20, 40), tcp.Goodput(20, 40));
        output.WriteLine($"{ours / 1e6:0.0} beside {theirs / 1e6:0.0} Mbit/s, that had {tcp.Goodput(5, 9) / 1e6:0.0} alone");
        Assert.True(tcp.Goodput(5, 9) > 0.8 * Rate);
        Assert.True(ours + theirs > 0.88 * Rate);
        return ours / (ours + theirs);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    public void A_flow_in_the_background_leaves_the_path_to_another(int queueMs)
    {
        var pair = new SimulatedPair(output, new PathSettings { Queue = TimeSpan.FromMilliseconds(queueMs) });
        var background = pair.Begin();
        pair.Network.RunUntil(() => background.Client is not null, TimeSpan.FromSeconds(1));
        background.Client!.IsBackground = true;
        pair.Network.Run(TimeSpan.FromSeconds(6));
        var alone = background.Goodput(4, 6);
        var (client, server) = (pair.Network.Add(pair.Settings), pair.Network.Add(pair.Settings));
        SimulatedNetwork.Join(client, server, pair.There, pair.Back);
        var other = new SimulatedTransfer(client, server, long.MaxValue / 2, closes: false);
        pair.Network.Run(TimeSpan.FromSeconds(24));
        output.WriteLine($"alone {alone / 1e6:0.0}, then {background.Goodput(20, 30) / 1e6:0.0} beside {other.Goodput(20, 30) / 1e6:0.0} Mbit/s");
        Assert.True(alone > 0.88 * Rate);
        Assert.True(other.Goodput(20, 30) > 0.85 * Rate);
    }

    [Fact]
    public void A_path_that_gets_slower_and_faster_is_followed()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(5));
        pair.There.Settings = pair.There.Settings with { BitsPerSecond = Rate / 4 };
        pair.Network.Run(TimeSpan.FromSeconds(5));
        pair.There.Settings = pair.There.Settings with { BitsPerSecond = Rate };
        pair.Network.Run(TimeSpan.FromSeconds(6));
        output.WriteLine($"{transfer.Goodput(3, 5) / 1e6:0.0}, {transfer.Goodput(8, 10) / 1e6:0.0}, {transfer.Goodput(14, 16) / 1e6:0.0} Mbit/s");
        Assert.True(transfer.Goodput(8, 10) > 0.85 * Rate / 4);
        Assert.True(transfer.Goodput(14, 16) > 0.85 * Rate);
        Assert.Equal(ConnectionState.Open, transfer.Client!.State);
    }

    [Theory]
    [InlineData(5, 250)]
    [InlineData(25, 60)]
    public void A_path_that_gets_longer_is_not_taken_for_a_full_one(int beforeMs, int afterMs)
    {
        var pair = new SimulatedPair(output, new PathSettings { Delay = TimeSpan.FromMilliseconds(beforeMs) });
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(5));
        foreach (var path in (SimulatedPath[])[pair.There, pair.Back])
        {
            path.Settings = path.Settings with { Delay = TimeSpan.FromMilliseconds(afterMs) };
        }

        pair.Network.Run(TimeSpan.FromSeconds(7));
        pair.Tell(transfer);
        output.WriteLine($"{transfer.Goodput(3, 5) / 1e6:0.0}, {transfer.Goodput(6, 8) / 1e6:0.0}, {transfer.Goodput(8, 12) / 1e6:0.0} Mbit/s");
        Assert.True(transfer.Goodput(6, 8) > 0.6 * Rate);
        Assert.True(transfer.Goodput(8, 12) > 0.85 * Rate);
    }

    [Fact]
    public void A_path_that_got_slower_while_little_was_sent_is_filled_soon()
    {
        var path = new PathSettings { BitsPerSecond = 500e6, Delay = TimeSpan.FromMilliseconds(5) };
        var pair = new SimulatedPair(output, path);
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(3));
        Trickle(pair, transfer, TimeSpan.FromSeconds(3));
        pair.There.Settings = path with { BitsPerSecond = Rate / 2 };
        Trickle(pair, transfer, TimeSpan.FromSeconds(1));
        transfer.Offered = long.MaxValue;
        pair.Network.Run(TimeSpan.FromSeconds(3));
        pair.Tell(transfer);
        output.WriteLine($"{transfer.Goodput(7, 8) / 1e6:0.0}, {transfer.Goodput(8, 10) / 1e6:0.0} Mbit/s");
        Assert.True(transfer.Goodput(7, 8) > 0.3 * Rate);
        Assert.True(transfer.Goodput(8, 10) > 0.44 * Rate);
    }

    [Fact]
    public void What_is_sent_while_TCP_goes_away_says_nothing_of_the_path()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var tcp = new TcpFlow(pair.Network, pair.There, pair.Back, new CubicLaw());
        pair.Network.Run(TimeSpan.FromSeconds(5));
        var udt = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(15));
        tcp.Stop();
        Trickle(pair, udt, TimeSpan.FromSeconds(20));
        udt.Offered = long.MaxValue;
        pair.Network.Run(TimeSpan.FromSeconds(4));
        output.WriteLine($"{udt.Goodput(15, 20) / 1e6:0.0} beside TCP, {udt.Goodput(40, 41) / 1e6:0.0} and {udt.Goodput(42, 44) / 1e6:0.0} Mbit/s alone");
        Assert.True(udt.Goodput(15, 20) > 0.15 * Rate);
        Assert.True(udt.Goodput(40, 41) > 0.3 * Rate);
        Assert.True(udt.Goodput(42, 44) > 0.8 * Rate);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    public void A_flow_that_sends_piece_by_piece_is_not_slowed(int roundTripMs)
    {
        const int piece = 256 << 10;
        var roundTrip = TimeSpan.FromMilliseconds(roundTripMs);
        var pair = new SimulatedPair(output, new PathSettings { BitsPerSecond = 500e6, Delay = roundTrip / 2 });
        var transfer = pair.Begin();
        SendPieces(pair, transfer, 3_000, roundTrip, TimeSpan.FromSeconds(3));
        SendPieces(pair, transfer, piece, roundTrip, TimeSpan.FromSeconds(4));
        var least = roundTrip.TotalSeconds + (piece * 8 / 500e6);
        output.WriteLine($"{transfer.Goodput(4, 7) / 1e6:0.0} of {piece * 8 / least / 1e6:0.0} Mbit/s");
        Assert.True(transfer.Goodput(4, 7) > 0.6 * piece * 8 / least);
    }

    // The next piece, a way back after one has arrived, as who asks and answers, or copies a disk, does.
    private static void SendPieces(SimulatedPair pair, SimulatedTransfer transfer, int bytes, TimeSpan roundTrip, TimeSpan span)
    {
        for (var end = pair.Network.Now + span; pair.Network.Now < end;)
        {
            transfer.Offered = transfer.Received + bytes;
            pair.Network.RunUntil(() => transfer.Received >= transfer.Offered, TimeSpan.FromSeconds(1));
            pair.Network.Run(roundTrip / 2);
        }
    }

    private static void Trickle(SimulatedPair pair, SimulatedTransfer transfer, TimeSpan span)
    {
        for (var end = pair.Network.Now + span; pair.Network.Now < end;)
        {
            transfer.Offered = transfer.Sent + 300;
            pair.Network.Run(TimeSpan.FromMilliseconds(50));
        }
    }

    private static List<double> Watch(SimulatedPair pair, TimeSpan span)
    {
        var queues = new List<double>();
        for (var end = pair.Network.Now + span; pair.Network.Now < end;)
        {
            pair.Network.Run(TimeSpan.FromMilliseconds(10));
            queues.Add(pair.There.QueueAt(pair.Network.Now).TotalMilliseconds);
        }

        return queues;
    }
}
