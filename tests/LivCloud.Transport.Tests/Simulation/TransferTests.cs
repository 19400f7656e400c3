using LivCloud.Transport.Connections;
using Xunit.Abstractions;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>What is written arrives, whatever the path does to packets.</summary>
public sealed class TransferTests(ITestOutputHelper output)
{
    public static TheoryData<ControlLaw, double, int, bool, double> Paths { get; } = MakePaths();

    [Theory]
    [MemberData(nameof(Paths))]
    public void Bytes_arrive_intact(ControlLaw law, double loss, int jitterMs, bool reorders, double duplicates)
    {
        var path = new PathSettings { LossProbability = loss, Jitter = TimeSpan.FromMilliseconds(jitterMs), Reorders = reorders, DuplicateProbability = duplicates };
        new SimulatedPair(output, path, new ConnectionSettings { Law = law }).Complete(1_000_000, limitSeconds: 120);
    }

    [Theory]
    [InlineData(ControlLaw.QueueBound)]
    [InlineData(ControlLaw.Native)]
    public void Bytes_arrive_intact_when_numbers_go_round(ControlLaw law)
    {
        // With 31 bits, numbers of the first of these begin anywhere; the shortest packets make the most of them.
        var settings = new ConnectionSettings { Law = law, MaxDatagramBytes = ConnectionSettings.LeastDatagramBytes };
        for (var i = 0; i < 8; i++)
        {
            new SimulatedPair(output, new PathSettings { LossProbability = 0.01 }, settings).Complete(200_000, limitSeconds: 60);
        }
    }

    [Fact]
    public void A_small_write_is_not_kept_waiting()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var transfer = pair.Complete(100, limitSeconds: 2);
        Assert.Equal(1, transfer.Client!.Statistics.SentPackets);
    }

    [Theory]
    [InlineData(ControlLaw.QueueBound)]
    [InlineData(ControlLaw.Native)]
    public void A_reader_that_stops_stops_the_writer_and_loses_nothing(ControlLaw law)
    {
        var pair = new SimulatedPair(output, new PathSettings(), new ConnectionSettings { Law = law, ReceivePackets = 2048 });
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(1));
        transfer.Reads = false;
        pair.Network.Run(TimeSpan.FromSeconds(3));
        var (sent, drops) = (transfer.Client!.Statistics.SentPackets, pair.There.QueueDrops);
        pair.Network.Run(TimeSpan.FromSeconds(3));
        Assert.InRange(transfer.Client.Statistics.SentPackets, sent, sent + 100);
        transfer.Reads = true;
        var received = transfer.Received;
        pair.Network.Run(TimeSpan.FromSeconds(2));
        pair.Tell(transfer);
        Assert.True(transfer.IsIntact);
        Assert.True(transfer.Received - received > 8_000_000, "It goes on.");
        Assert.InRange(pair.There.QueueDrops - drops, 0, 600);
    }

    [Fact]
    public void Thousands_of_holes_are_told_in_several_parts_and_filled()
    {
        var pair = new SimulatedPair(output, new PathSettings { BitsPerSecond = 500e6, Delay = TimeSpan.FromMilliseconds(100) });
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(3));
        pair.There.Settings = pair.There.Settings with { LossProbability = 0.4 };
        pair.Back.Settings = pair.Back.Settings with { LossProbability = 0.4 };
        pair.Network.Run(TimeSpan.FromSeconds(2));
        pair.There.Settings = pair.There.Settings with { LossProbability = 0 };
        pair.Back.Settings = pair.Back.Settings with { LossProbability = 0 };
        pair.Network.Run(TimeSpan.FromSeconds(3));
        var now = pair.Network.Now.Ticks / (double)TimeSpan.TicksPerSecond;
        pair.Tell(transfer);
        Assert.True(transfer.IsIntact);
        Assert.True(transfer.Goodput(now - 1, now) > 200e6, "It goes on at a good rate.");
    }

    private static TheoryData<ControlLaw, double, int, bool, double> MakePaths()
    {
        var paths = new TheoryData<ControlLaw, double, int, bool, double>();
        foreach (var law in Enum.GetValues<ControlLaw>())
        {
            foreach (var loss in (double[])[0, 0.01, 0.1])
            {
                paths.Add(law, loss, 0, false, 0);
                paths.Add(law, loss, 5, false, 0.02);
                paths.Add(law, loss, 5, true, 0.02);
            }
        }

        return paths;
    }
}
