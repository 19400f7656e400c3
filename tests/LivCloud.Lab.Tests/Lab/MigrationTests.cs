using LivCloud.Lab.Trials;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests;

[Collection(nameof(LanLab))]
public sealed class MigrationTests(LanLab fixture, ITestOutputHelper output)
{
    [LabFact]
    public async Task A_plain_migration_with_its_disk_keeps_the_guest_and_its_clients_connection()
    {
        var lab = fixture.Lab;
        var guest = lab.Guests["vm1"];
        await guest.WaitReadyAsync();
        var source = (await guest.FindAsync())!;
        var destination = lab.Hosts.Values.First(host => host != source);
        await using var client = await lab.StartClientAsync("vm1");
        var before = await guest.StatusAsync();

        var elapsed = await PlainMigration.RunAsync(guest, source, destination);

        await Task.Delay(1000);
        var seen = await client.StopAsync();
        output.WriteLine($"{elapsed.TotalMilliseconds:0} ms; {seen}");
        Assert.Equal(destination.Name, (await guest.FindAsync())?.Name);
        Assert.True(seen.Tcp.Survived, seen.Tcp.Error);
        Assert.InRange(seen.Probe.LongestGapMs, 1, 2000);
        var after = await guest.StatusAsync();
        Assert.Equal(before.Run, after.Run);
        Assert.True(after.DurableRecords > before.DurableRecords);
        Assert.True(after.DirtiedPages > before.DirtiedPages);

        var disk = await guest.VerifyDiskAsync(destination.Name);
        output.WriteLine(disk.ToString());
        Assert.True(disk.IsClean, disk.ToString());
        Assert.True(disk.Records >= after.DurableRecords);
    }
}
