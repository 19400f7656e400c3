using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace LivCloud.Transport.Sockets.Tests;

/// <summary>More handshakes than anybody means.</summary>
[Collection(nameof(Alone))]
public sealed class FloodTests(ITestOutputHelper output)
{
    private const int Requests = 30_000, PerMillisecond = 10;

    [Fact]
    public async Task A_flood_of_handshakes_keeps_no_memory_and_no_one_out()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var server = new UdtSocket(new IPEndPoint(IPAddress.Loopback, 0), new EndpointSettings { Listens = true });
        await using var client = new UdtSocket(new IPEndPoint(IPAddress.Loopback, 0), new EndpointSettings());
        await ConnectAsync(deadline.Token);
        var (memory, cpu, time) = (GC.GetTotalMemory(forceFullCollection: true), Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        var flood = Task.Factory.StartNew(() => Flood(server.LocalEndPoint, Requests, PerMillisecond, Request), TaskCreationOptions.LongRunning);
        var connections = 0;
        var slowest = TimeSpan.Zero;
        while (!flood.IsCompleted)
        {
            var begun = time.Elapsed;
            await ConnectAsync(deadline.Token);
            connections++;
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, (time.Elapsed - begun).Ticks));
            await Task.Delay(500, deadline.Token);
        }

        var rate = Requests / (await flood).TotalSeconds;
        var grown = GC.GetTotalMemory(forceFullCollection: true) - memory;
        output.WriteLine($"{rate:0} a second, {connections} connections meanwhile, the slowest in {slowest.TotalMilliseconds:0} ms, "
            + $"{(Environment.CpuUsage.TotalTime - cpu) / time.Elapsed:P0} of a core with the flood itself, {grown} bytes more");
        Assert.True(rate > 8_000);
        Assert.True(connections > 2);
        Assert.True(slowest < TimeSpan.FromSeconds(3));

        // A closed connection is held for a moment, in case the peer did not hear of it.
        Assert.InRange(grown, long.MinValue, Requests * 64);

        async Task ConnectAsync(CancellationToken cancellationToken)
        {
            var accepting = server.AcceptAsync(cancellationToken);
            await using var there = await client.ConnectAsync(server.LocalEndPoint, cancellationToken: cancellationToken);
            await using var here = await accepting;
        }
    }

    [Fact]
    public async Task Fifty_thousand_datagrams_a_second_are_all_taken()
    {
        await using var server = new UdtSocket(new IPEndPoint(IPAddress.Loopback, 0), new EndpointSettings { Listens = true });
        const int count = 75_000;
        var time = await Task.Factory.StartNew(() => Flood(server.LocalEndPoint, count, perMillisecond: 50, Data), TaskCreationOptions.LongRunning);

        // What the socket had no room for; of many that only a slow machine's pause made wait, some may be lost.
        var line = (await File.ReadAllLinesAsync("/proc/net/udp")).Single(line => line.Contains($"0100007F:{server.LocalEndPoint.Port:X4} 00000000:0000", StringComparison.Ordinal));
        var lost = int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture);
        output.WriteLine($"{count / time.TotalSeconds:0} a second, {lost} lost");
        Assert.True(count / time.TotalSeconds > 40_000);
        Assert.InRange(lost, 0, count / 50);
    }

    // First requests as libudt sends them, each of another socket; every fourth with a cookie that nobody gave.
    private static void Request(int number, Span<byte> packet)
    {
        ReadOnlySpan<uint> words = [0x8000_0000, 0, 0, 0, 4, 1, 1000, 1500, 8192, number % 4 == 0 ? uint.MaxValue : 1, (uint)number + 1, number % 4 == 0 ? (uint)number : 0];
        for (var word = 0; word < words.Length; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(packet[(4 * word)..], words[word]);
        }
    }

    // Of a connection that there is not.
    private static void Data(int number, Span<byte> packet)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet, (uint)number);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], 1);
    }

    private static TimeSpan Flood(IPEndPoint to, int count, int perMillisecond, Action<int, Span<byte>> write)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(to);
        var packet = new byte[64];
        var time = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            write(i, packet);
            socket.Send(packet);
            if (i % perMillisecond == 0 && TimeSpan.FromMilliseconds(i / perMillisecond) - time.Elapsed is { Ticks: > 0 } early)
            {
                Thread.Sleep(early);
            }
        }

        return time.Elapsed;
    }
}
