using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using LivCloud.Lab.Networks;
using LivCloud.Lab.Processes;
using LivCloud.Lab.Topology;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests;

[Collection(nameof(LanLab))]
public sealed partial class HostTests(LanLab fixture, ITestOutputHelper output)
{
    [LabFact]
    public async Task A_pause_of_200_ms_is_measured_as_such()
    {
        var guest = fixture.Lab.Guests["vm1"];
        await guest.WaitReadyAsync();
        var host = (await guest.FindAsync())!;
        await using var client = await fixture.Lab.StartClientAsync("vm1");
        await Task.Delay(300);
        await client.StartWindowAsync();
        await Task.Delay(500);
        // QEMU stamps its events: the commands' own time does not matter.
        var events = await HostScript.RunAsync(host, """
            virsh -q qemu-monitor-event vm1 --loop --timeout 3 > /run/lab/events & listener=$!
            sleep 0.5; virsh -q suspend vm1; sleep 0.2; virsh -q resume vm1
            wait $listener; cat /run/lab/events
            """);
        var stamps = Stamp().Matches(events).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(2, stamps.Count);
        var pausedMilliseconds = (stamps[1] - stamps[0]) * 1000;
        await Task.Delay(500);
        var seen = await client.StopAsync();
        output.WriteLine($"paused for {pausedMilliseconds:0.0} ms; {seen}");
        // A guest that was resumed on a machine that has more to do answers a little later.
        Assert.InRange(seen.Probe.LongestGapMs, pausedMilliseconds - 30, pausedMilliseconds + 90);
        Assert.InRange(seen.Probe.PauseMs, pausedMilliseconds - 30, pausedMilliseconds + 60);
        Assert.True(seen.Tcp.Survived, seen.Tcp.Error);
    }

    [LabFact]
    public async Task A_guest_that_runs_is_not_started_again()
    {
        var guest = fixture.Lab.Guests["vm1"];
        await guest.WaitReadyAsync();
        var host = (await guest.FindAsync())!;
        var refusal = await Assert.ThrowsAsync<LabException>(() => guest.StartAsync());
        Assert.Equal(LabError.Conflict, refusal.Error);
        Assert.Contains($"on the host '{host.Name}'", refusal.Message, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task A_killed_daemon_comes_back_and_stays_away_when_told_to()
    {
        var host = fixture.Lab.Hosts["h2"];
        var before = await HostScript.RunAsync(host, "cat /run/lab/libvirtd.pid");
        await host.KillProcessAsync("libvirtd");
        await EventuallyAsync(async () => (await host.RunAsync("virsh", "-q", "uri")).Succeeded && await HostScript.RunAsync(host, "cat /run/lab/libvirtd.pid") != before);

        await host.KillProcessAsync("libvirtd", keepDown: true);
        await Task.Delay(700);
        Assert.False(File.Exists($"{host.RunDirectory}/lab/libvirtd.pid"));
        await host.ReleaseAsync("libvirtd");
        await EventuallyAsync(async () => (await host.RunAsync("virsh", "-q", "uri")).Succeeded);
    }

    [LabFact]
    public async Task A_power_cut_ends_all_at_once_and_tells_nobody()
    {
        var host = fixture.Lab.Hosts["h2"];
        var hadGuest = (await fixture.Lab.Guests["vm1"].FindAsync()) == host;
        await HostScript.RunAsync(host, "setsid -f sleep 1000 </dev/null >/dev/null 2>&1; echo kept > /var/lib/libvirt/note; echo gone > /run/note");
        await host.PowerOffAsync();
        Assert.False(host.IsRunning);
        Assert.Empty(LabProcesses.In(host.NetworkNamespace));
        await Assert.ThrowsAsync<LabException>(() => host.PowerOffAsync());
        Assert.False((await fixture.Lab.Hosts["h1"].RunAsync("busybox", "ping", "-c", "1", "-W", "1", "h2")).Succeeded);

        await host.StartAsync();
        Assert.Equal("kept\n", await HostScript.RunAsync(host, "cat /var/lib/libvirt/note; cat /run/note 2>/dev/null || true"));
        await HostScript.RunAsync(fixture.Lab.Hosts["h1"], "busybox ping -c 3 h2");
        if (hadGuest)
        {
            await HostScript.RunAsync(host, "virsh -q start vm1");
            await fixture.Lab.Guests["vm1"].WaitReadyAsync();
        }
    }

    [LabFact]
    public async Task Two_labs_are_up_at_once_and_do_not_see_each_other()
    {
        var file = LabFile.Load($"{LanLab.Topologies}/lan.yaml");
        var options = new LabOptions { Name = fixture.Lab.Name + "-2", WithAgents = false, StartGuests = false };
        var second = await RunningLab.UpAsync(file, options);
        try
        {
            Assert.Equal(second.Hosts["h1"].Address, fixture.Lab.Hosts["h1"].Address);
            Assert.DoesNotContain("vm1", await HostScript.RunAsync(second.Hosts["h1"], "virsh -q list --all"), StringComparison.Ordinal);
            var error = await Assert.ThrowsAsync<LabException>(() => RunningLab.UpAsync(file, options));
            Assert.Equal(LabError.Conflict, error.Error);
            Assert.True(second.Hosts["h1"].IsRunning, "the refused lab up has harmed the lab that was up");
        }
        finally
        {
            await second.DownAsync();
        }

        AssertNothingLeft(options.Name);
        await fixture.Lab.Guests["vm1"].StatusAsync();
        Assert.All(fixture.Lab.Hosts.Values, host => Assert.True(host.IsRunning));
    }

    [LabTheory]
    [InlineData(250)]
    [InlineData(800)]
    [InlineData(1700)]
    [InlineData(3500)]
    public async Task After_lab_up_was_killed_at_any_point_lab_down_leaves_nothing(int milliseconds)
    {
        var name = $"t{Environment.ProcessId}-k{milliseconds}";
        var executable = Path.Combine(AppContext.BaseDirectory, "livcloud");
        using var up = Process.Start(new ProcessStartInfo(executable, ["lab", "up", $"{LanLab.Topologies}/lan.yaml", "--name", name, "--no-agents"]) { RedirectStandardError = true })!;
        await Task.Delay(milliseconds + Random.Shared.Next(300));
        up.Kill();
        await up.WaitForExitAsync();
        output.WriteLine($"{string.Join(' ', LabNames.Of(name).ExistingNamespaces())}; {LabProcesses.Find(name, LabNames.Of(name).ExistingNamespaces()).Count} processes");
        await RunningLab.DownAsync(name);
        AssertNothingLeft(name);
    }

    [LabFact]
    public async Task An_interrupted_lab_up_clears_up_after_itself()
    {
        var name = $"t{Environment.ProcessId}-int";
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunningLab.UpAsync(
            LabFile.Load($"{LanLab.Topologies}/lan.yaml"), new LabOptions { Name = name, WithAgents = false }, null, cancellation.Token));
        AssertNothingLeft(name);
    }

    private static void AssertNothingLeft(string name)
    {
        var names = LabNames.Of(name);
        Assert.Empty(names.ExistingNamespaces());
        Assert.Empty(LabProcesses.Find(name, []));
        Assert.False(Directory.Exists(names.RunDirectory));
        Assert.False(Directory.Exists(names.DataDirectory));
        foreach (var mounts in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).Select(path => $"{path}/mounts"))
        {
            try
            {
                Assert.DoesNotContain(File.ReadLines(mounts), line => line.Contains($"/{name}/", StringComparison.Ordinal) || line.Contains(names.Prefix, StringComparison.Ordinal));
            }
            catch (IOException)
            {
                // The process ended meanwhile.
            }
        }
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var start = Stopwatch.StartNew(); start.Elapsed < TimeSpan.FromSeconds(15); await Task.Delay(50))
        {
            if (await condition())
            {
                return;
            }
        }

        Assert.Fail("did not happen within 15 s");
    }

    [GeneratedRegex(@"event (?:STOP|RESUME) at ([\d.]+) for")]
    private static partial Regex Stamp();
}
