using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Transport.Connections;
using Xunit.Abstractions;

namespace LivCloud.Transport.Sockets.Tests;

/// <summary>Streams between two sockets of this machine.</summary>
public sealed class UdtSocketTests(ITestOutputHelper output) : IDisposable
{
    private static readonly IPEndPoint Anywhere = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));

    private CancellationToken Deadline => _deadline.Token;

    public void Dispose() => _deadline.Dispose();

    [Theory]
    [InlineData(ControlLaw.QueueBound)]
    [InlineData(ControlLaw.Native)]
    public async Task Bytes_arrive_intact_and_in_order(ControlLaw law)
    {
        var settings = Settings(law);
        await using var server = new UdtSocket(Anywhere, settings);
        await using var client = new UdtSocket(Anywhere, settings);
        var (there, here) = await ConnectAsync(client, server);
        var time = Stopwatch.StartNew();
        const long total = 100_000_000;
        var sending = Pattern.SendAsync(there, total, Deadline);
        Assert.Equal(total, await Pattern.ReceiveAsync(here, total, Deadline));
        await sending;
        output.WriteLine($"{total * 8 / time.Elapsed.TotalSeconds / 1e9:0.00} Gbit/s; {there.Statistics}; {here.Statistics}");
        Assert.Equal(law == ControlLaw.QueueBound, there.Statistics.IsExtended);
    }

    [Fact]
    public async Task Both_directions_carry_bytes_at_once_and_end_when_closed()
    {
        await using var server = new UdtSocket(Anywhere, Settings());
        await using var client = new UdtSocket(Anywhere, Settings());
        var (there, here) = await ConnectAsync(client, server);
        const long total = 20_000_000;
        var sending = Task.WhenAll(Pattern.SendAsync(there, total, Deadline), Pattern.SendAsync(here, total, Deadline));
        var counts = await Task.WhenAll(Pattern.ReceiveAsync(there, total, Deadline), Pattern.ReceiveAsync(here, total, Deadline));
        await sending;
        Assert.Equal([total, total], counts);
        there.CloseWhenSent();
        Assert.Equal(0, await here.ReadAsync(new byte[1], Deadline));
        Assert.Equal(UdtError.ClosedByPeer, (await Assert.ThrowsAsync<UdtException>(async () => await here.WriteAsync(new byte[1], Deadline))).Error);
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.2")]
    [InlineData("::", "127.0.0.2")]
    [InlineData("::", "::1")]
    public async Task A_host_of_several_addresses_answers_from_the_one_that_it_was_asked_at(string bound, string asked)
    {
        var settings = Settings();
        await using var server = new UdtSocket(new IPEndPoint(IPAddress.Parse(bound), 0), settings);
        await using var client = new UdtSocket(new IPEndPoint(IPAddress.IPv6Any, 0), settings);
        var accepting = server.AcceptAsync(Deadline);
        await using var there = await client.ConnectAsync(new IPEndPoint(IPAddress.Parse(asked), server.LocalEndPoint.Port), cancellationToken: Deadline);
        await using var here = await accepting;
        const long total = 1_000_000;
        var sending = Task.WhenAll(Pattern.SendAsync(there, total, Deadline), Pattern.SendAsync(here, total, Deadline));
        await Task.WhenAll(Pattern.ReceiveAsync(there, total, Deadline), Pattern.ReceiveAsync(here, total, Deadline));
        await sending;
    }

    [Fact]
    public async Task Many_connections_share_a_port()
    {
        await using var server = new UdtSocket(Anywhere, Settings());
        await using var client = new UdtSocket(Anywhere, Settings());
        const int count = 20;
        const long total = 1_000_000;
        var pairs = new List<(UdtStream There, UdtStream Here)>();
        for (var i = 0; i < count; i++)
        {
            pairs.Add(await ConnectAsync(client, server));
        }

        var sending = Task.WhenAll(pairs.Select(pair => Pattern.SendAsync(pair.There, total, Deadline)));
        Assert.All(await Task.WhenAll(pairs.Select(pair => Pattern.ReceiveAsync(pair.Here, total, Deadline))), received => Assert.Equal(total, received));
        await sending;
    }

    [Fact]
    public async Task TLS_runs_on_top_as_on_TCP()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=here", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        await using var server = new UdtSocket(Anywhere, Settings());
        await using var client = new UdtSocket(Anywhere, Settings());
        var (there, here) = await ConnectAsync(client, server);
        await using var outer = new SslStream(there, false, (_, shown, _, _) => shown is not null && shown.GetCertHashString() == certificate.GetCertHashString());
        await using var inner = new SslStream(here);
        await Task.WhenAll(
            outer.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "here" }, Deadline),
            inner.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Deadline));
        const long total = 50_000_000;
        var sending = Pattern.SendAsync(outer, total, Deadline);
        Assert.Equal(total, await Pattern.ReceiveAsync(inner, total, Deadline));
        await sending;
    }

    [Fact]
    public async Task A_port_that_nobody_has_is_told_after_the_time_to_connect()
    {
        await using var client = new UdtSocket(Anywhere, Settings() with { ConnectTimeout = TimeSpan.FromMilliseconds(600) });
        await using var nobody = new UdtSocket(Anywhere, Settings() with { Listens = false });
        var error = await Assert.ThrowsAsync<UdtException>(() => client.ConnectAsync(nobody.LocalEndPoint, cancellationToken: Deadline));
        Assert.Equal(UdtError.NoAnswer, error.Error);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        await using var server = new UdtSocket(Anywhere, Settings());
        await using var client = new UdtSocket(Anywhere, Settings());
        var (there, here) = await ConnectAsync(client, server);
        using var soon = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => here.ReadExactlyAsync(new byte[1], soon.Token).AsTask());
        await there.WriteAsync("x"u8.ToArray(), Deadline);
        Assert.Equal(1, await here.ReadAsync(new byte[1], Deadline));
        using var again = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.AcceptAsync(again.Token));
        Assert.NotNull((await ConnectAsync(client, server)).There);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_stops_the_writer()
    {
        var settings = Settings() with { Connection = new ConnectionSettings { ReceivePackets = 512 } };
        await using var server = new UdtSocket(Anywhere, settings);
        await using var client = new UdtSocket(Anywhere, settings);
        var (there, here) = await ConnectAsync(client, server);
        const long total = 10_000_000;
        var sending = Pattern.SendAsync(there, total, Deadline);
        await Task.Delay(300, Deadline);
        Assert.False(sending.IsCompleted);
        Assert.Equal(total, await Pattern.ReceiveAsync(here, total, Deadline));
        await sending;
    }

    [Fact]
    public async Task A_socket_that_is_closed_ends_its_connections_at_both_ends()
    {
        await using var server = new UdtSocket(Anywhere, Settings());
        var client = new UdtSocket(Anywhere, Settings());
        var (there, here) = await ConnectAsync(client, server);
        var reading = here.ReadAsync(new byte[1], Deadline).AsTask();
        await client.DisposeAsync();
        Assert.Equal(0, await reading);
        Assert.Equal(UdtError.Closed, (await Assert.ThrowsAsync<UdtException>(async () => await there.WriteAsync(new byte[1], Deadline))).Error);
    }

    [Fact]
    public async Task An_idle_connection_lets_the_thread_sleep()
    {
        await using var server = new UdtSocket(Anywhere, Settings());
        await using var client = new UdtSocket(Anywhere, Settings());
        await ConnectAsync(client, server);
        await Task.Delay(1000, Deadline);
        var before = client.Rounds;
        await Task.Delay(1000, Deadline);
        Assert.InRange(client.Rounds - before, 0, 30);
    }

    private async Task<(UdtStream There, UdtStream Here)> ConnectAsync(UdtSocket client, UdtSocket server)
    {
        var accepting = server.AcceptAsync(Deadline);
        var there = await client.ConnectAsync(server.LocalEndPoint, cancellationToken: Deadline);
        return (there, await accepting);
    }

    private static EndpointSettings Settings(ControlLaw law = ControlLaw.QueueBound) =>
        new() { Connection = new ConnectionSettings { Law = law }, Listens = true };
}
