using System.Net;
using LivCloud.Transport.Connections;
using Xunit.Abstractions;

namespace LivCloud.Transport.Sockets.Tests;

/// <summary>All that is allocated in the process is counted, so that nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Datagrams cost no memory, sockets included.</summary>
[Collection(nameof(Alone))]
public sealed class SocketAllocationTests(ITestOutputHelper output)
{
    /// <summary>So few that the warm-up needs all of it.</summary>
    private const int Room = 4096;

    private const long WarmUpBytes = 100_000_000, Bytes = 800_000_000;

    [Fact]
    public async Task Sending_and_receiving_datagrams_over_sockets_allocates_nothing()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var settings = new EndpointSettings { Listens = true, Connection = new ConnectionSettings { SendPackets = Room, ReceivePackets = Room } };
        await using var server = new UdtSocket(new IPEndPoint(IPAddress.Loopback, 0), settings);
        await using var client = new UdtSocket(new IPEndPoint(IPAddress.Loopback, 0), settings);
        var accepting = server.AcceptAsync(deadline.Token);
        var there = await client.ConnectAsync(server.LocalEndPoint, cancellationToken: deadline.Token);
        var here = await accepting;
        var piece = new byte[64 << 10];
        var buffer = new byte[256 << 10];
        await MoveAsync(WarmUpBytes).WaitAsync(deadline.Token);
        var (before, packets) = (GC.GetTotalAllocatedBytes(precise: true), there.Statistics.SentPackets);
        await MoveAsync(Bytes).WaitAsync(deadline.Token);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        packets = there.Statistics.SentPackets - packets;
        output.WriteLine($"{allocated} bytes for {packets} packets");
        Assert.True(packets > 100_000);

        // Waking who waits costs something, once for some dozens of datagrams, and so does room that still grows. An object for each datagram would take
        // 24 bytes at least.
        Assert.InRange(allocated / (double)packets, 0, 20);

        async Task MoveAsync(long total)
        {
            var sending = SendAsync(total);
            for (long received = 0; received < total;)
            {
                var count = await here.ReadAsync(buffer, CancellationToken.None);
                Assert.True(count > 0);
                received += count;
            }

            await sending;
        }

        async Task SendAsync(long total)
        {
            for (var left = total; left > 0; left -= piece.Length)
            {
                await there.WriteAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)), CancellationToken.None);
            }
        }
    }
}
