using LivCloud.Transport.Connections;

namespace LivCloud.Transport;

/// <summary>How an endpoint is set up.</summary>
public sealed record EndpointSettings
{
    /// <summary>How connections are set up, those that are accepted too.</summary>
    public ConnectionSettings Connection { get; init; } = new();

    /// <summary>Whether others may connect.</summary>
    public bool Listens { get; init; }

    /// <summary>How many connections may wait to be accepted: 1 to 1024. More are refused.</summary>
    public int Backlog { get; init; } = 32;

    /// <summary>How many connections there may be: 1 to 65536. More are refused.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>How long an attempt to connect may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
