namespace LivCloud.Transport.Tests.Simulation;

/// <summary>A host of the simulation: an endpoint, and what its applications do.</summary>
internal sealed class SimulatedHost
{
    private readonly List<Action> _applications = [];
    private readonly EndpointSettings _settings;

    public SimulatedHost(SimulatedNetwork network, DatagramAddress address, EndpointSettings settings)
    {
        (Network, Address, SourceAddress, _settings) = (network, address, address, settings);
        Endpoint = NewEndpoint();
    }

    public SimulatedNetwork Network { get; }

    public Endpoint Endpoint { get; private set; }

    public DatagramAddress Address { get; }

    /// <summary>What its datagrams seem to come from: another address behind a NAT.</summary>
    public DatagramAddress SourceAddress { get; set; }

    public Dictionary<DatagramAddress, (SimulatedPath Path, SimulatedHost To)> Paths { get; } = [];

    /// <summary>Adds what is done whenever something has happened.</summary>
    public void Every(Action application) => _applications.Add(application);

    /// <summary>Forgets all, as a process that is killed and started again does.</summary>
    public void Restart()
    {
        _applications.Clear();
        Endpoint = NewEndpoint();
    }

    private Endpoint NewEndpoint() => new(_settings, () => (ulong)Network.Random.NextInt64(), Network.Now);

    public void Pump()
    {
        foreach (var application in _applications)
        {
            application();
        }
    }
}
