using LivCloud.Channel.Tests.Support;
using LivCloud.Core;

namespace LivCloud.Channel.Tests.Interop;

/// <summary>Sessions whose links are over UDT.</summary>
public sealed class UdtLinkTests : IAsyncLifetime
{
    private readonly TestHost _onprem, _cloud;

    public UdtLinkTests() => (_onprem, _cloud) = TestHost.Pair(options => options with { Transport = LinkTransport.Udt });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _onprem.DisposeAsync();
        await _cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_arrives_intact_in_both_directions()
    {
        var session = await _onprem.Endpoint.GetSessionAsync(_cloud.Name).WaitAsync(TestHost.Patience);
        Assert.Equal("udt", session.Transport);
        Assert.Equal("TLS_AES_256_GCM_SHA384", session.Cipher);
        await using var there = await session.OpenAsync(new StreamTarget(StreamKind.Memory, MigrationId.Create(), 0));
        await using var here = await _cloud.NextStreamAsync();
        var bytes = new byte[30_000_000];
        new Random(7).NextBytes(bytes);
        await Task.WhenAll(ExchangeAsync(there, here, bytes), ExchangeAsync(here, there, bytes)).WaitAsync(TestHost.Patience);
    }

    [Fact]
    public async Task A_session_with_another_transport_stands_beside_it()
    {
        var udt = await _onprem.Endpoint.GetSessionAsync(_cloud.Name).WaitAsync(TestHost.Patience);
        var tcp = await _onprem.Endpoint.GetSessionAsync(_cloud.Name, LinkTransport.Tcp).WaitAsync(TestHost.Patience);
        Assert.Equal(("udt", "tcp"), (udt.Transport, tcp.Transport));
        Assert.Equal("TCP was asked for", tcp.TransportReason);
        Assert.Same(tcp, await _onprem.Endpoint.GetSessionAsync(_cloud.Name, LinkTransport.Tcp).WaitAsync(TestHost.Patience));
    }

    [Fact]
    public async Task An_endpoint_that_ends_is_heard_at_the_other_end()
    {
        var session = await _onprem.Endpoint.GetSessionAsync(_cloud.Name).WaitAsync(TestHost.Patience);
        // The other end knows of the session as well when it has taken a stream.
        await using var there = await session.OpenAsync(new StreamTarget(StreamKind.Memory, MigrationId.Create(), 0));
        await using var here = await _cloud.NextStreamAsync();
        var closed = new TaskCompletionSource();
        await using var registration = session.Closed.Register(closed.SetResult);
        await _cloud.Endpoint.DisposeAsync();
        await closed.Task.WaitAsync(TestHost.Patience);
        Assert.True(session.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task Nobody_at_the_port_is_told_in_words()
    {
        var authority = new TestAuthority();
        await using var alone = new TestHost("onprem", authority, new() { ["cloud"] = "127.0.0.1:9" }, options => options with
        {
            Transport = LinkTransport.Udt,
            ConnectTimeout = TimeSpan.FromMilliseconds(500),
        });
        var failure = await Expect.FailureAsync(() => alone.Endpoint.GetSessionAsync(_cloud.Name), ChannelError.PeerUnreachable);
        Assert.Contains("127.0.0.1:9", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_next_door_is_reached_over_TCP_unless_told_otherwise()
    {
        var (onprem, cloud) = TestHost.Pair();
        await using var first = onprem;
        await using var second = cloud;
        var session = await onprem.Endpoint.GetSessionAsync(cloud.Name).WaitAsync(TestHost.Patience);
        Assert.Equal("tcp", session.Transport);
        Assert.Contains("short", session.TransportReason, StringComparison.Ordinal);
    }

    private static async Task ExchangeAsync(ChannelStream from, ChannelStream to, byte[] bytes)
    {
        var sending = Task.Run(async () =>
        {
            await from.WriteAsync(bytes);
            await from.CompleteWritesAsync();
        });
        var received = new byte[bytes.Length];
        await to.ReadExactlyAsync(received);
        Assert.True(bytes.AsSpan().SequenceEqual(received));
        await sending;
    }
}
