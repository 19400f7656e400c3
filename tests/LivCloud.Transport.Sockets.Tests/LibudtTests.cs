using System.Diagnostics;
using System.Net;
using LivCloud.Transport.Connections;
using Xunit.Abstractions;

namespace LivCloud.Transport.Sockets.Tests;

/// <summary>Debian's libudt 4.11 is at the other end (bench/peers/udt-peer.cpp).</summary>
public sealed class LibudtTests(ITestOutputHelper output) : IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(100));

    private CancellationToken Deadline => _deadline.Token;

    public void Dispose() => _deadline.Dispose();

    [Theory]
    [InlineData(1_000_000_000, 1472, "127.0.0.1")]
    [InlineData(20_000_000, 8972, "127.0.0.1")]
    [InlineData(20_000_000, 1452, "::1")]
    [InlineData(1, 1472, "127.0.0.1")]
    public async Task It_receives_what_we_send(long bytes, int datagramBytes, string address)
    {
        using var peer = LibudtPeer.Receive(bytes, datagramBytes, address);
        await using var socket = new UdtSocket(new IPEndPoint(IPAddress.Parse(address), 0), Settings(datagramBytes));
        await using var stream = await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), await peer.ReadPortAsync(Deadline)), cancellationToken: Deadline);
        await Pattern.SendAsync(stream, bytes, Deadline);
        stream.CloseWhenSent();
        var report = await peer.ReadReportAsync(Deadline);
        output.WriteLine($"{report}; {stream.Statistics}");
        Assert.True(report.IsIntact);
        Assert.Equal(bytes, report.Bytes);
        Assert.False(stream.Statistics.IsExtended);
    }

    [Theory]
    [InlineData(1_000_000_000, 1472, "127.0.0.1")]
    [InlineData(20_000_000, 8972, "127.0.0.1")]
    [InlineData(20_000_000, 1452, "::1")]
    [InlineData(1, 1472, "127.0.0.1")]
    public async Task We_receive_what_it_sends(long bytes, int datagramBytes, string address)
    {
        await using var socket = new UdtSocket(new IPEndPoint(IPAddress.Parse(address), 0), Settings(datagramBytes) with { Listens = true });
        var accepting = socket.AcceptAsync(Deadline);
        using var peer = LibudtPeer.Send(socket.LocalEndPoint, bytes, datagramBytes);
        await using var stream = await accepting;
        Assert.Equal(bytes, await Pattern.ReceiveAsync(stream, null, Deadline));
        var report = await peer.ReadReportAsync(Deadline);
        output.WriteLine($"{report}; {stream.Statistics}");
        Assert.Equal(bytes, report.Bytes);
    }

    [Fact]
    public async Task It_hears_that_we_have_closed_and_we_hear_that_it_has()
    {
        using var peer = LibudtPeer.Receive(0, 1472, "127.0.0.1");
        await using var socket = new UdtSocket(new IPEndPoint(IPAddress.Loopback, 0), Settings(1472));
        var stream = await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, await peer.ReadPortAsync(Deadline)), cancellationToken: Deadline);
        await Pattern.SendAsync(stream, 100_000, Deadline);
        var time = Stopwatch.StartNew();
        stream.CloseWhenSent();
        var report = await peer.ReadReportAsync(Deadline);
        Assert.Equal(100_000, report.Bytes);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Its_death_is_noticed_in_the_time_that_was_set()
    {
        using var peer = LibudtPeer.Receive(0, 1472, "127.0.0.1");
        var settings = Settings(1472);
        await using var socket = new UdtSocket(
            new IPEndPoint(IPAddress.Loopback, 0), settings with { Connection = settings.Connection with { PeerTimeout = TimeSpan.FromSeconds(3) } });
        var stream = await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, await peer.ReadPortAsync(Deadline)), cancellationToken: Deadline);
        await Pattern.SendAsync(stream, 100_000, Deadline);
        peer.Kill();
        var time = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<UdtException>(() => Pattern.SendAsync(stream, long.MaxValue, Deadline));
        Assert.Equal(UdtError.TimedOut, error.Error);
        Assert.InRange(time.Elapsed.TotalSeconds, 2.5, 8);
    }

    private static EndpointSettings Settings(int datagramBytes) => new() { Connection = new ConnectionSettings { MaxDatagramBytes = datagramBytes } };
}
