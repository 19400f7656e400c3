using LivCloud.Lab.Topology;
using LivCloud.Lab.Trials;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>A guest whose disk is on an NFS server that both sites reach.</summary>
[Collection(nameof(OwnLab))]
public sealed class SharedDiskTests(ITestOutputHelper output)
{
    [LabFact]
    public async Task A_shared_disk_is_not_copied_and_the_memory_is_not_seen_on_the_wire()
    {
        var lab = await RunningLab.UpAsync(LabFile.Load($"{LanLab.Topologies}/shared.yaml"), new LabOptions { Name = $"t{Environment.ProcessId}-nfs" });
        try
        {
            var guest = lab.Guests["vm1"];
            var report = await new MigrationTrial(lab, guest) { RecordsLink = true }.RunAsync(lab.Hosts["h2"]);
            output.WriteLine(report.ToString());
            Assert.Equal("Completed", report.Outcome);
            Assert.Equal(0, report.DiskBytes);
            Assert.True(report.Tcp.Survived, report.Tcp.Error);
            Assert.True(report.Disk is { Records: > 0, Missing: 0, Corrupt: 0, CheckClean: true }, report.Disk?.ToString());
            Assert.False(report.Cleartext!.MarkerFound);
            Assert.True(report.Cleartext.CapturedBytes > report.MemoryBytes, "what was recorded is the migration");
        }
        finally
        {
            await lab.DownAsync();
        }
    }
}
