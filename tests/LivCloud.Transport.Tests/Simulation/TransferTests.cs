using LivCloud.Transport.Connections;
using Xunit.Abstractions;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>What is written arrives, whatever the path does to packets.</summary>
public sealed class TransferTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ControlLaw.QueueBound, 0)]
    [InlineData(ControlLaw.Native, 0)]
    [InlineData(ControlLaw.QueueBound, 0.01)]
    [InlineData(ControlLaw.Native, 0.01)]
    public void Bytes_arrive_intact(ControlLaw law, double loss)
    {
        var network = new SimulatedNetwork(Seeds.New(output));
        var settings = new EndpointSettings { Connection = new ConnectionSettings { Law = law }, Listens = true };
        var (client, server) = (network.Add(settings), network.Add(settings));
        var path = new PathSettings { LossProbability = loss };
        SimulatedNetwork.Join(client, server, new SimulatedPath(path, network.Random), new SimulatedPath(path, network.Random));
        var transfer = new SimulatedTransfer(client, server, 4_000_000);
        var done = network.RunUntil(() => transfer.IsComplete && transfer.Server!.State == ConnectionState.ClosedByPeer, TimeSpan.FromSeconds(60));
        output.WriteLine($"{network.Now.Ticks / 1e7:0.00} s, {transfer.Received} B, {transfer.Client?.Statistics}");
        Assert.True(done);
    }
}
