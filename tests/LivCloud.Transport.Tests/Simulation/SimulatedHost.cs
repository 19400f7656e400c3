namespace LivCloud.Transport.Tests.Simulation;

/// <summary>A host of the simulation: an endpoint, and what its applications do.</summary>
internal sealed class SimulatedHost
{
    private readonly List<Action> _applications = [];

    public SimulatedHost(SimulatedNetwork network, DatagramAddress address, EndpointSettings settings)
    {
        (Network, Address, SourceAddress) = (network, address, address);
        Endpoint = new Endpoint(settings, () => (ulong)network.Random.NextInt64(), network.Now);
    }

    public SimulatedNetwork Network { get; }

    public Endpoint Endpoint { get; }

    public DatagramAddress Address { get; }

    /// <summary>What its datagrams seem to come from: another address behind a NAT.</summary>
    public DatagramAddress SourceAddress { get; set; }

    public Dictionary<DatagramAddress, (SimulatedPath Path, SimulatedHost To)> Paths { get; } = [];

    /// <summary>Adds what is done whenever something has happened.</summary>
    public void Every(Action application) => _applications.Add(application);

    public void Pump()
    {
        foreach (var application in _applications)
        {
            application();
        }
    }
}
