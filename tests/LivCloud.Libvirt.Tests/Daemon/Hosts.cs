namespace LivCloud.Libvirt.Tests.Daemon;

/// <summary>Two hosts for all tests of the collection, so that a guest can move from one to the other.</summary>
public sealed class Hosts : IAsyncLifetime
{
    private PrivateDaemon? _source;
    private PrivateDaemon? _destination;

    internal PrivateDaemon Source => _source!;

    internal PrivateDaemon Destination => _destination!;

    public async Task InitializeAsync()
    {
        _source = await PrivateDaemon.StartAsync("source");
        _destination = await PrivateDaemon.StartAsync("destination");
    }

    public Task DisposeAsync()
    {
        _source?.Dispose();
        _destination?.Dispose();
        return Task.CompletedTask;
    }
}

[CollectionDefinition(Name)]
public sealed class HostsDefinition : ICollectionFixture<Hosts>
{
    public const string Name = "two libvirt hosts";
}
