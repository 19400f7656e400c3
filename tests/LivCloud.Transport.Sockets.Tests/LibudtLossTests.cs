using System.Net;
using Xunit.Abstractions;

namespace LivCloud.Transport.Sockets.Tests;

/// <summary>Debian's libudt 4.11 is at the other end of a path that loses packets, data and what is said of it.</summary>
public sealed class LibudtLossTests(ITestOutputHelper output) : IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(100));

    private CancellationToken Deadline => _deadline.Token;

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public async Task It_receives_what_we_send_over_a_path_that_loses_packets()
    {
        const long bytes = 100_000_000;
        using var peer = LibudtPeer.Receive(bytes, 1472, "127.0.0.1");
        await using var relay = new LossyRelay(new IPEndPoint(IPAddress.Loopback, await peer.ReadPortAsync(Deadline)), 0.01, seed: 1);
        await using var socket = new UdtSocket(new IPEndPoint(IPAddress.Loopback, 0), new EndpointSettings());
        await using var stream = await socket.ConnectAsync(relay.EndPoint, cancellationToken: Deadline);
        await Pattern.SendAsync(stream, bytes, Deadline);
        stream.CloseWhenSent();
        var report = await peer.ReadReportAsync(Deadline);
        output.WriteLine($"{report}, {relay.Lost} lost; {stream.Statistics}");
        Assert.True(report.IsIntact);
        Assert.Equal(bytes, report.Bytes);
        Assert.True(relay.Lost > 500);
    }

    [Fact]
    public async Task We_receive_what_it_sends_over_a_path_that_loses_packets()
    {
        const long bytes = 100_000_000;
        await using var socket = new UdtSocket(new IPEndPoint(IPAddress.Loopback, 0), new EndpointSettings { Listens = true });
        await using var relay = new LossyRelay(socket.LocalEndPoint, 0.01, seed: 1);
        var accepting = socket.AcceptAsync(Deadline);
        using var peer = LibudtPeer.Send(relay.EndPoint, bytes, 1472);
        await using var stream = await accepting;
        Assert.Equal(bytes, await Pattern.ReceiveAsync(stream, null, Deadline));
        var report = await peer.ReadReportAsync(Deadline);
        output.WriteLine($"{report}, {relay.Lost} lost; {stream.Statistics}");
        Assert.Equal(bytes, report.Bytes);
        Assert.True(relay.Lost > 500);
    }
}
