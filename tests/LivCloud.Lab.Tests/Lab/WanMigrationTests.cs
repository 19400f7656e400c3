using LivCloud.Lab.Topology;
using LivCloud.Lab.Trials;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests;

[Collection(nameof(OwnLab))]
public sealed class WanMigrationTests(ITestOutputHelper output)
{
    [LabTheory]
    [InlineData("demo.yaml")]
    [InlineData("shared.yaml")]
    public async Task A_guest_moves_over_a_wan_with_its_disk_copied_or_shared(string topology)
    {
        var options = new LabOptions { Name = $"t{Environment.ProcessId}-wan", WithAgents = false };
        var lab = await RunningLab.UpAsync(LabFile.Load($"{LanLab.Topologies}/{topology}"), options);
        try
        {
            var guest = lab.Guests["vm1"];
            var before = await guest.StatusAsync();
            await using var client = await lab.StartClientAsync("vm1");
            var elapsed = await PlainMigration.RunAsync(guest, lab.Hosts["h1"], lab.Hosts["h2"], helpsDisk: true);
            output.WriteLine(await HostScript.RunAsync(lab.Hosts["h2"], "virsh domjobinfo vm1 --completed 2>&1 || true"));
            await Task.Delay(1000);
            var seen = await client.StopAsync();
            output.WriteLine($"{elapsed.TotalMilliseconds:0} ms; {seen}");
            output.WriteLine((await lab.Links["wan"].StatisticsAsync()).ToString());
            Assert.True(seen.Tcp.Survived, seen.Tcp.Error);
            Assert.Equal(before.Run, (await guest.StatusAsync()).Run);
            var disk = await guest.VerifyDiskAsync("h2");
            output.WriteLine(disk.ToString());
            Assert.True(disk.IsClean, disk.ToString());
        }
        finally
        {
            await lab.DownAsync();
        }
    }
}
