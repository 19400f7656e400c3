using LivCloud.Transport.Connections;
using Xunit.Abstractions;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>A client and a server with a path between them.</summary>
internal sealed class SimulatedPair
{
    public SimulatedPair(ITestOutputHelper output, PathSettings path, ConnectionSettings? connection = null, PathSettings? back = null)
    {
        Output = output;
        Network = new SimulatedNetwork(Seeds.New(output));
        Settings = new EndpointSettings { Connection = connection ?? new ConnectionSettings(), Listens = true };
        (Client, Server) = (Network.Add(Settings), Network.Add(Settings));
        (There, Back) = (new SimulatedPath(path, Network.Random), new SimulatedPath(back ?? path, Network.Random));
        SimulatedNetwork.Join(Client, Server, There, Back);
    }

    public ITestOutputHelper Output { get; }

    public SimulatedNetwork Network { get; }

    public EndpointSettings Settings { get; }

    public SimulatedHost Client { get; }

    public SimulatedHost Server { get; }

    public SimulatedPath There { get; }

    public SimulatedPath Back { get; }

    /// <summary>Begins to send without an end.</summary>
    public SimulatedTransfer Begin() => new(Client, Server, long.MaxValue / 2, closes: false);

    /// <summary>Sends so many bytes and closes; fails when they do not arrive intact in time.</summary>
    public SimulatedTransfer Complete(long bytes, double limitSeconds)
    {
        var transfer = new SimulatedTransfer(Client, Server, bytes);
        var done = Network.RunUntil(() => transfer is { IsComplete: true, Server.State: ConnectionState.ClosedByPeer }, TimeSpan.FromSeconds(limitSeconds));
        Tell(transfer);
        Assert.True(done, $"{transfer.Received} of {bytes} bytes arrived, {(transfer.IsIntact ? "intact" : "changed")}");
        return transfer;
    }

    public void Tell(SimulatedTransfer transfer) => Output.WriteLine(
        $"{Network.Now.Ticks / 1e7:0.00} s: {transfer.AttemptState}, {transfer.Received} B, queue drops {There.QueueDrops} of {There.Sent}; "
        + $"client {transfer.Client?.State} {transfer.Client?.Statistics}; server {transfer.Server?.State} {transfer.Server?.Statistics}");
}
