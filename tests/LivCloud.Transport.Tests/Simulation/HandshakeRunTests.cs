using LivCloud.Transport.Connections;
using LivCloud.Transport.Packets;
using Xunit.Abstractions;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>How connections come about, and how they do not.</summary>
public sealed class HandshakeRunTests(ITestOutputHelper output)
{
    [Fact]
    public void A_handshake_takes_two_round_trips_and_both_know_each_other_half_a_one_later()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var transfer = new SimulatedTransfer(pair.Client, pair.Server, 0, closes: false);
        pair.Network.Run(TimeSpan.FromMilliseconds(99));
        Assert.Equal(ConnectionAttemptState.Pending, transfer.AttemptState);
        pair.Network.Run(TimeSpan.FromMilliseconds(2));
        Assert.Equal(ConnectionAttemptState.Connected, transfer.AttemptState);
        pair.Network.Run(TimeSpan.FromMilliseconds(30));
        Assert.True(transfer.Client!.Statistics.IsExtended);
        Assert.True(transfer.Server!.Statistics.IsExtended);
        Assert.InRange(transfer.Client.Statistics.RoundTrip.TotalMilliseconds, 50, 51);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.15)]
    public void A_handshake_survives_loss(double loss)
    {
        // Whether the other end hears of the closing is another matter: with such loss it may have to find out by itself.
        var pair = new SimulatedPair(output, new PathSettings { LossProbability = loss });
        var transfer = new SimulatedTransfer(pair.Client, pair.Server, 10_000);
        Assert.True(pair.Network.RunUntil(() => transfer.IsComplete, TimeSpan.FromSeconds(60)));
        Assert.True(pair.Network.RunUntil(() => transfer.Server!.State != ConnectionState.Open, TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    public void Two_that_connect_to_each_other_meet(double loss)
    {
        var pair = new SimulatedPair(output, new PathSettings { LossProbability = loss });
        var one = pair.Client.Endpoint.Connect(pair.Server.Address, rendezvous: true, pair.Network.Now);
        pair.Network.Run(TimeSpan.FromMilliseconds(70));
        var other = pair.Server.Endpoint.Connect(pair.Client.Address, rendezvous: true, pair.Network.Now);
        Assert.True(pair.Network.RunUntil(
            () => one.State == ConnectionAttemptState.Connected && other.State == ConnectionAttemptState.Connected, TimeSpan.FromSeconds(9)));
        var written = one.Connection!.Write("there"u8) + other.Connection!.Write("back"u8);
        Assert.Equal(9, written);
        var buffer = new byte[100];
        string there = "", back = "";
        Assert.True(pair.Network.RunUntil(
            () =>
            {
                there += System.Text.Encoding.ASCII.GetString(buffer, 0, other.Connection.Read(buffer, pair.Network.Now));
                back += System.Text.Encoding.ASCII.GetString(buffer, 0, one.Connection.Read(buffer, pair.Network.Now));
                return there == "there" && back == "back";
            },
            TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Nobody_there_is_told_in_time()
    {
        var pair = new SimulatedPair(output, new PathSettings { IsCut = true });
        var transfer = new SimulatedTransfer(pair.Client, pair.Server, 1);
        pair.Network.Run(pair.Settings.ConnectTimeout + TimeSpan.FromMilliseconds(10));
        Assert.Equal(ConnectionAttemptState.TimedOut, transfer.AttemptState);
    }

    [Fact]
    public void A_full_backlog_refuses()
    {
        var network = new SimulatedNetwork(Seeds.New(output));
        var (client, server) = (network.Add(new EndpointSettings()), network.Add(new EndpointSettings { Listens = true, Backlog = 2 }));
        SimulatedNetwork.Join(client, server, new SimulatedPath(new PathSettings(), network.Random), new SimulatedPath(new PathSettings(), network.Random));
        var attempts = Enumerable.Range(0, 3).Select(_ => client.Endpoint.Connect(server.Address, rendezvous: false, network.Now)).ToList();
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(2, attempts.Count(attempt => attempt.State == ConnectionAttemptState.Connected));
        Assert.Single(attempts, attempt => attempt.State == ConnectionAttemptState.Refused);
    }

    [Fact]
    public void A_flood_of_requests_from_made_up_addresses_takes_no_memory_and_keeps_no_one_out()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var datagram = new byte[PacketHeader.Bytes + Handshake.Bytes];
        PacketHeader.Control(ControlType.Handshake, 0, 0, 0).Write(datagram);
        Handshake request = new()
        {
            Version = Handshake.Version4,
            SocketType = Handshake.Stream,
            FirstSequence = new SequenceNumber(5),
            MaxSegmentBytes = 1500,
            FlowWindow = 1000,
            Kind = HandshakeKind.Request,
            Socket = 7,
            Cookie = 0,
        };
        pair.Server.Endpoint.HandleDatagram(pair.Network.Now, Made(0), datagram);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sink = new byte[2000];
        for (var i = 1; i < 10_000; i++)
        {
            (request with { Kind = i % 2 == 0 ? HandshakeKind.Request : HandshakeKind.Conclusion, Cookie = (uint)i }).Write(datagram.AsSpan(PacketHeader.Bytes), System.Net.IPAddress.Loopback);
            pair.Server.Endpoint.HandleDatagram(pair.Network.Now, Made(i), datagram);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000 * 400);
        Assert.Equal(0, pair.Server.Endpoint.Count);
        while (pair.Server.Endpoint.PollTransmit(pair.Network.Now, sink, out _, out _) > 0)
        {
        }

        pair.Complete(1000, limitSeconds: 5);

        static DatagramAddress Made(int i) => new(0xFFFF_0B00_0000 + (UInt128)i, 5, 0);
    }
}
