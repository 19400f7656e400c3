using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace LivCloud.Channel.Tests.Support;

/// <summary>An endpoint on a free port of this machine, and what it accepts.</summary>
internal sealed class TestHost : IAsyncDisposable, IStreamAcceptor
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentQueue<ChannelStream> _accepted = new();
    private readonly SemaphoreSlim _arrivals = new(0);

    public TestHost(string name, TestAuthority authority, Dictionary<string, string> peers, Func<ChannelOptions, ChannelOptions>? change = null, X509Certificate2? certificate = null)
    {
        Name = HostName.Parse(name);
        var options = new ChannelOptions
        {
            Name = Name,
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Certificate = certificate ?? authority.Issue(name),
            Authority = authority.Certificate,
            Peers = peers.ToDictionary(pair => HostName.Parse(pair.Key), pair => pair.Value),
        };
        Endpoint = new ChannelEndpoint(change is null ? options : change(options), this, TimeProvider.System, NullLoggerFactory.Instance);
        Endpoint.Start();
    }

    public HostName Name { get; }

    public ChannelEndpoint Endpoint { get; }

    public string Address => Endpoint.LocalEndPoint.ToString();

    /// <summary>Decides about streams; accepts all unless set.</summary>
    public Func<StreamTarget, StreamRefusal?> Decide { get; set; } = _ => null;

    /// <summary>Called with each stream before the peer hears that it is accepted.</summary>
    public Action<ChannelStream> Offered { get; set; } = _ => { };

    public static (TestHost Dialer, TestHost Acceptor) Pair(Func<ChannelOptions, ChannelOptions>? change = null)
    {
        var authority = new TestAuthority();
        var acceptor = new TestHost("cloud", authority, new() { ["onprem"] = "" }, change);
        return (new TestHost("onprem", authority, new() { ["cloud"] = acceptor.Address }, change), acceptor);
    }

    public ValueTask<StreamRefusal?> AcceptAsync(ChannelSession session, ChannelStream stream, CancellationToken cancellationToken)
    {
        var refusal = Decide(stream.Target);
        if (refusal is null)
        {
            Offered(stream);
            _accepted.Enqueue(stream);
            _arrivals.Release();
        }

        return ValueTask.FromResult(refusal);
    }

    /// <summary>The next stream that was accepted.</summary>
    public async Task<ChannelStream> NextStreamAsync()
    {
        Assert.True(await _arrivals.WaitAsync(Patience), "No stream came.");
        Assert.True(_accepted.TryDequeue(out var stream));
        return stream;
    }

    public ValueTask DisposeAsync() => Endpoint.DisposeAsync();
}
