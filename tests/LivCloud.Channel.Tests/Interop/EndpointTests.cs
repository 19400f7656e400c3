using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using LivCloud.Channel.Tests.Support;
using LivCloud.Channel.Wire;
using LivCloud.Core;

namespace LivCloud.Channel.Tests.Interop;

public sealed class EndpointTests
{
    private static readonly StreamTarget Api = new(StreamKind.Api, null, 0);
    private readonly TestAuthority _authority = new();

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        await using var cloud = Cloud();
        var failure = Assert.Throws<ChannelException>(() => Cloud(options => options with { Listen = cloud.Endpoint.LocalEndPoint }));
        Assert.Equal(ChannelError.ListenFailed, failure.Error);
        Assert.Equal($"Can not listen on {cloud.Address}: another program listens on that port (is an agent running already?).", failure.Message);
    }

    [Fact]
    public async Task A_restarted_agent_gets_its_port_again_at_once()
    {
        var cloud = Cloud();
        await AssertServesAsync(cloud);
        var port = cloud.Endpoint.LocalEndPoint;
        await cloud.DisposeAsync();
        await using var restarted = Cloud(options => options with { Listen = port });
        await AssertServesAsync(restarted);
    }

    [Fact]
    public async Task Listening_on_any_ipv6_address_takes_ipv4_too()
    {
        await using var cloud = Cloud(options => options with { Listen = new IPEndPoint(IPAddress.IPv6Any, 0) });
        await using var onprem = new TestHost("onprem", _authority, new() { ["cloud"] = $"localhost:{cloud.Endpoint.LocalEndPoint.Port}" });
        Assert.Equal(1, (await onprem.Endpoint.GetSessionAsync(cloud.Name).WaitAsync(TestHost.Patience)).Links);
    }

    [Fact]
    public async Task A_peer_where_nothing_listens_is_unreachable()
    {
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var failure = await DialAsync(free.LocalEndPoint!.ToString()!);
        Assert.Equal($"cloud can not be reached at {free.LocalEndPoint}: nothing listens on that port (is the agent running there?).", failure.Message);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_is_given_up()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!);
        var failure = await DialAsync(full.LocalEndPoint!.ToString()!, options => options with { ConnectTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal($"No answer from cloud at {full.LocalEndPoint} within 0.3 s.", failure.Message);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task A_peer_that_accepts_and_says_nothing_is_given_up()
    {
        using var mute = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        mute.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        mute.Listen();
        var failure = await DialAsync(mute.LocalEndPoint!.ToString()!, options => options with { HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal($"cloud at {mute.LocalEndPoint} did not answer in TLS within 0.3 s.", failure.Message);
    }

    [Fact]
    public async Task A_peer_without_address_and_one_that_is_not_configured_are_told_apart()
    {
        await using var cloud = Cloud();
        var noAddress = await Expect.FailureAsync(() => cloud.Endpoint.GetSessionAsync(HostName.Parse("onprem")), ChannelError.PeerUnreachable);
        Assert.Contains("has not connected, and no address is configured", noAddress.Message, StringComparison.Ordinal);
        var unknown = await Expect.FailureAsync(() => cloud.Endpoint.GetSessionAsync(HostName.Parse("stranger")), ChannelError.PeerUnreachable);
        Assert.Contains("is not among the configured peers", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_instead_of_tls_harms_nobody()
    {
        await using var cloud = Cloud();
        using var socket = await ConnectAsync(cloud);
        await socket.SendAsync(RandomNumberGenerator.GetBytes(5000));
        await AssertClosedAsync(new NetworkStream(socket));
        await AssertServesAsync(cloud);
    }

    [Fact]
    public async Task Silence_instead_of_tls_is_ended()
    {
        await using var cloud = Cloud(options => options with { HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
        using var socket = await ConnectAsync(cloud);
        await AssertClosedAsync(new NetworkStream(socket));
    }

    [Fact]
    public async Task Silence_instead_of_hello_is_ended()
    {
        await using var cloud = Cloud(options => options with { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        await using var tls = await ConnectTlsAsync(cloud);
        await AssertClosedAsync(tls);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 255, 255, 255 })]
    [InlineData(new byte[] { 7, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task Anything_else_than_hello_is_refused(byte[] bytes)
    {
        await using var cloud = Cloud();
        await using var tls = await ConnectTlsAsync(cloud);
        await tls.WriteAsync(bytes);
        await AssertClosedAsync(tls);
        Assert.Empty(cloud.Endpoint.Sessions);
    }

    [Fact]
    public async Task A_frame_that_is_too_long_ends_the_session_with_a_reason()
    {
        await using var cloud = Cloud();
        await using var tls = await ConnectTlsAsync(cloud);
        await GreetAsync(tls);
        await tls.WriteAsync(new byte[] { (byte)FrameType.Data, 255, 255, 255 });
        var close = await ReadCloseAsync(tls);
        Assert.Equal(CloseCode.ProtocolViolation, close.Code);
        Assert.Contains("is too long", close.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_version_only_is_refused_with_a_reason()
    {
        await using var cloud = Cloud();
        await using var tls = await ConnectTlsAsync(cloud);
        var hello = new byte[WireLimits.MaxControlFrameBytes];
        await tls.WriteAsync(hello.AsMemory(0, new HelloFrame(2, 3, HelloIntent.Begin, Guid.NewGuid(), Guid.NewGuid(), 1).Write(hello)));
        Assert.Equal(CloseCode.VersionUnsupported, (await ReadCloseAsync(tls)).Code);
    }

    [Fact]
    public async Task An_end_without_certificate_is_told_so_and_nothing_else()
    {
        await using var cloud = Cloud();
        await using var tls = await ConnectTlsAsync(cloud, withCertificate: false);
        var close = await ReadCloseAsync(tls);
        Assert.Equal(new CloseFrame(CloseCode.PeerUntrusted, "no certificate was presented"), close);
        Assert.Empty(cloud.Endpoint.Sessions);
    }

    [Fact]
    public async Task More_connections_in_their_handshake_than_allowed_are_turned_away()
    {
        await using var cloud = Cloud(options => options with { MaxHalfOpenLinks = 2 });
        using var one = await ConnectAsync(cloud);
        using var two = await ConnectAsync(cloud);
        using var three = await ConnectAsync(cloud);
        await AssertClosedAsync(new NetworkStream(three));
        one.Dispose();
        two.Dispose();
    }

    [Fact]
    public async Task Idle_connections_from_one_address_do_not_keep_others_out()
    {
        await using var cloud = Cloud(options => options with { Listen = new IPEndPoint(IPAddress.Any, 0), MaxHalfOpenLinksPerAddress = 1 });
        using var idle = await ConnectAsync(cloud, IPAddress.Parse("127.0.0.2"));
        using var second = await ConnectAsync(cloud, IPAddress.Parse("127.0.0.2"));
        await AssertClosedAsync(new NetworkStream(second));
        await using var onprem = new TestHost("onprem", _authority, new() { ["cloud"] = $"127.0.0.1:{cloud.Endpoint.LocalEndPoint.Port}" });
        Assert.Equal(1, (await onprem.Endpoint.GetSessionAsync(cloud.Name).WaitAsync(TestHost.Patience)).Links);
    }

    [Fact]
    public async Task Closing_a_session_lets_streams_end_and_tells_the_peer()
    {
        var (onprem, cloud) = TestHost.Pair();
        await using var ends = onprem;
        await using var ends2 = cloud;
        var session = await onprem.Endpoint.GetSessionAsync(cloud.Name);
        await using var here = await session.OpenAsync(Api);
        await using var there = await cloud.NextStreamAsync();
        await Expect.WriteAllAsync(here, new byte[1000]);
        var closing = session.CloseAsync();
        await Expect.FailureAsync(() => session.OpenAsync(Api), ChannelError.Closed);
        Assert.Equal(1000, (await Expect.AllAsync(there)).Length);
        await Expect.WriteAllAsync(there, new byte[10]);
        Assert.Equal(10, (await Expect.AllAsync(here)).Length);
        await closing.WaitAsync(TestHost.Patience);
        await Expect.ClosedAsync(there.Session);
        Assert.Null(session.Failure);
        Assert.Equal(ChannelError.Closed, there.Session.Failure?.Error);
    }

    [Fact]
    public async Task Disposing_an_endpoint_fails_what_is_open_at_the_peer()
    {
        var (onprem, cloud) = TestHost.Pair();
        await using var ends = cloud;
        var session = await onprem.Endpoint.GetSessionAsync(cloud.Name);
        await using var here = await session.OpenAsync(Api);
        await using var there = await cloud.NextStreamAsync();
        await onprem.DisposeAsync();
        await Expect.FailureAsync(() => there.ReadAsync(new byte[1]).AsTask(), ChannelError.Closed);
        await Expect.FailureAsync(() => here.ReadAsync(new byte[1]).AsTask(), ChannelError.Closed);
    }

    [Fact]
    public async Task Callers_that_want_a_session_at_once_share_one()
    {
        var (onprem, cloud) = TestHost.Pair();
        await using var ends = onprem;
        await using var ends2 = cloud;
        var sessions = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => onprem.Endpoint.GetSessionAsync(cloud.Name))).WaitAsync(TestHost.Patience);
        Assert.Single(sessions.Distinct());
        Assert.StartsWith("TLS_", sessions[0].Cipher, StringComparison.Ordinal);
        Assert.Equal(("tcp", 1, cloud.Name), (sessions[0].Transport, sessions[0].Links, sessions[0].Peer));
    }

    [Fact]
    public async Task Links_that_begin_the_same_session_at_once_share_it()
    {
        await using var cloud = Cloud();
        var links = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ConnectTlsAsync(cloud)));
        var (instance, session) = (Guid.NewGuid(), Guid.NewGuid());
        await Task.WhenAll(links.Select((tls, slot) => GreetAsync(tls, instance, session, (byte)(slot + 1)))).WaitAsync(TestHost.Patience);

        await Expect.LinksAsync(Assert.Single(cloud.Endpoint.Sessions), 6);
        foreach (var tls in links)
        {
            await tls.DisposeAsync();
        }
    }

    private static async Task<Socket> ConnectAsync(TestHost host, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from ?? IPAddress.Loopback, 0));
        await socket.ConnectAsync(IPAddress.Loopback, host.Endpoint.LocalEndPoint.Port);
        return socket;
    }

    private static Task GreetAsync(Stream tls) => GreetAsync(tls, Guid.NewGuid(), Guid.NewGuid(), 1);

    private static async Task GreetAsync(Stream tls, Guid instance, Guid session, byte slot)
    {
        var hello = new byte[WireLimits.MaxControlFrameBytes];
        await tls.WriteAsync(hello.AsMemory(0, new HelloFrame(1, 1, HelloIntent.Begin, instance, session, slot).Write(hello)));
        await tls.ReadExactlyAsync(hello.AsMemory(0, new WelcomeFrame(1, Guid.NewGuid()).Write(hello)));
        Assert.Equal((byte)FrameType.Welcome, hello[0]);
    }

    private static async Task<CloseFrame> ReadCloseAsync(Stream tls)
    {
        using var limit = new CancellationTokenSource(TestHost.Patience);
        var start = new byte[WireLimits.FrameHeaderBytes];
        while (true)
        {
            await tls.ReadExactlyAsync(start, limit.Token);
            Assert.True(FrameHeader.TryRead(start, out var header, out _));
            var body = new byte[header.BodyBytes];
            await tls.ReadExactlyAsync(body, limit.Token);
            if (header.Type == FrameType.Close)
            {
                var reader = new WireReader(body);
                Assert.True(CloseFrame.TryRead(ref reader, out var close, out _));
                return close;
            }
        }
    }

    private static async Task AssertClosedAsync(Stream stream)
    {
        using var limit = new CancellationTokenSource(TestHost.Patience);
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, limit.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }

    private TestHost Cloud(Func<ChannelOptions, ChannelOptions>? change = null) => new("cloud", _authority, new() { ["onprem"] = "" }, change);

    private async Task AssertServesAsync(TestHost cloud)
    {
        await using var onprem = new TestHost("onprem", _authority, new() { ["cloud"] = cloud.Address });
        Assert.Equal(1, (await onprem.Endpoint.GetSessionAsync(cloud.Name).WaitAsync(TestHost.Patience)).Links);
    }

    private async Task<ChannelException> DialAsync(string address, Func<ChannelOptions, ChannelOptions>? change = null)
    {
        await using var onprem = new TestHost("onprem", _authority, new() { ["cloud"] = address }, change);
        return await Expect.FailureAsync(() => onprem.Endpoint.GetSessionAsync(HostName.Parse("cloud")), ChannelError.PeerUnreachable);
    }

    private async Task<SslStream> ConnectTlsAsync(TestHost host, bool withCertificate = true)
    {
        var stream = new SslStream(new NetworkStream(await ConnectAsync(host), ownsSocket: true));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "cloud",
            ClientCertificates = withCertificate ? [_authority.Issue("onprem")] : null,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [new SslApplicationProtocol("livcloud/1")],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        return stream;
    }
}
