using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using LivCloud.Core;
using LivCloud.Lab.Links;
using LivCloud.Lab.Native;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests;

[Collection(nameof(LanLab))]
public sealed partial class LinkTests(LanLab fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const int PayloadBytes = 1400, FrameBytes = PayloadBytes + 42;
    private RunningLab Lab => fixture.Lab;

    private LabLink Link => fixture.Lab.Links["wan"];

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The next test finds the link as the file describes it.</summary>
    public async Task DisposeAsync()
    {
        if (fixture.Lab is not null)
        {
            var settings = Link.Spec.Settings;
            await Link.RestoreAsync();
            await Link.SetAsync(settings.Rate, settings.Delay, settings.Jitter, settings.Loss, settings.Queue, settings.Seed);
        }
    }

    [LabFact]
    public async Task The_round_trip_takes_twice_the_delay()
    {
        await Link.SetAsync(delay: TimeSpan.FromMilliseconds(20));
        var ping = await HostScript.RunAsync(Lab.Hosts["h1"], "busybox ping -c 5 h2");
        output.WriteLine(ping);
        Assert.InRange(double.Parse(PingMinimum().Match(ping).Groups[1].Value, CultureInfo.InvariantCulture), 40, 42);
    }

    [LabFact]
    public async Task More_than_the_rate_does_not_get_through_and_the_rate_does()
    {
        await Link.SetAsync(rate: new Bandwidth(50_000_000), queue: new LinkQueueLimit(TimeSpan.FromMilliseconds(20), null));
        var before = await Link.StatisticsAsync();
        var (received, time) = await SendAsync(packets: 7000, bitsPerSecond: 70_000_000);
        var rate = received * (double)FrameBytes * 8 / time.TotalSeconds;
        var after = await Link.StatisticsAsync();
        output.WriteLine($"{rate / 1e6:0.00} Mbit/s, {received} of 7000; {after}");
        Assert.InRange(rate, 45e6, 51.5e6);
        Assert.True(after.LeftToRight.QueueDrops - before.LeftToRight.QueueDrops > 1500);
    }

    [LabFact]
    public async Task Random_loss_is_near_what_was_asked_for()
    {
        await Link.SetAsync(loss: 0.05);
        var (received, _) = await SendAsync(packets: 6000, bitsPerSecond: 50_000_000);
        output.WriteLine($"{received} of 6000");
        Assert.InRange(received, 5600, 5800);   // 5700 ± 6 sigma
    }

    [LabFact]
    public async Task Packets_are_on_time_at_200_megabit()
    {
        await Link.SetAsync(rate: new Bandwidth(200_000_000), delay: TimeSpan.FromMilliseconds(25), queue: new LinkQueueLimit(TimeSpan.FromMilliseconds(50), null));
        var before = await Link.StatisticsAsync();
        var (received, time) = await SendAsync(packets: 34_000, bitsPerSecond: 195_000_000);
        var after = await Link.StatisticsAsync();
        var packets = after.LeftToRight.Packets - before.LeftToRight.Packets;
        var lateness = (after.LeftToRight.MeanLatenessMicroseconds * after.LeftToRight.Packets - before.LeftToRight.MeanLatenessMicroseconds * before.LeftToRight.Packets) / packets;
        output.WriteLine($"{received} packets in {time.TotalSeconds:0.00} s, {lateness:0} µs late on average, {after.CpuSeconds - before.CpuSeconds:0.000} CPU-s");
        Assert.True(received > 33_000);
        Assert.True(lateness < 1000);
    }

    [LabFact]
    public async Task A_cut_lets_nothing_through_and_ends_by_itself()
    {
        await Link.CutAsync(TimeSpan.FromMilliseconds(600));
        var start = Stopwatch.StartNew();
        var (received, _) = await SendAsync(packets: 200, bitsPerSecond: 20_000_000);
        Assert.Equal(0, received);
        Assert.True((await Link.StatisticsAsync()).IsCut || start.Elapsed.TotalMilliseconds > 550);
        while ((await Link.StatisticsAsync()).IsCut)
        {
            Assert.True(start.Elapsed < TimeSpan.FromSeconds(5));
            await Task.Delay(20);
        }

        (received, _) = await SendAsync(packets: 200, bitsPerSecond: 20_000_000);
        Assert.Equal(200, received);
    }

    [LabFact]
    public async Task A_capture_holds_what_was_on_the_wire()
    {
        var path = Path.Combine(Lab.RunDirectory, "wire.pcap");
        await Link.CaptureAsync(path);
        await SendAsync(packets: 300, bitsPerSecond: 20_000_000);
        await Link.StopCaptureAsync();
        var read = Process.Start(new ProcessStartInfo("tcpdump", ["-nr", path, "udp", "port", "9000"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var lines = (await read.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(300, lines.Length);
        Assert.All(lines, line => Assert.Contains("length 1400", line, StringComparison.Ordinal));
    }

    /// <summary>Sends UDP from h1 to h2 at a pace, and counts what arrives and over which time.</summary>
    private async Task<(int Received, TimeSpan Time)> SendAsync(int packets, long bitsPerSecond)
    {
        using var receiver = NetworkNamespace.Run(Lab.Hosts["h2"].NetworkNamespace, MakeSocket);
        using var sender = NetworkNamespace.Run(Lab.Hosts["h1"].NetworkNamespace, MakeSocket);
        receiver.ReceiveBufferSize = 8 << 20;
        receiver.ReceiveTimeout = 500;
        receiver.Bind(new IPEndPoint(IPAddress.Any, 9000));
        var counting = Task.Factory.StartNew(() => Count(receiver), TaskCreationOptions.LongRunning);
        var target = new IPEndPoint(IPAddress.Parse(Lab.Hosts["h2"].Address), 9000);
        await Task.Factory.StartNew(() =>
        {
            var payload = new byte[PayloadBytes];
            var start = MonotonicClock.Now;
            for (var sent = 0; sent < packets; sent++)
            {
                if (sent % 16 == 0)
                {
                    MonotonicClock.SleepUntil(start + (long)(sent * (double)FrameBytes * 8 * 1e9 / bitsPerSecond));
                }

                sender.SendTo(payload, target);
            }
        }, TaskCreationOptions.LongRunning);
        return await counting;
    }

    private static (int Received, TimeSpan Time) Count(Socket receiver)
    {
        var buffer = new byte[2048];
        var (received, first, last) = (0, 0L, 0L);
        try
        {
            while (true)
            {
                receiver.Receive(buffer);
                last = Stopwatch.GetTimestamp();
                first = received++ == 0 ? last : first;
            }
        }
        catch (SocketException)
        {
            return (received, Stopwatch.GetElapsedTime(first, last));
        }
    }

    private static Socket MakeSocket() => new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    [GeneratedRegex(@"min/avg/max = ([\d.]+)/")]
    private static partial Regex PingMinimum();
}
