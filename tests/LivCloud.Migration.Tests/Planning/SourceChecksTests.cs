using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Tests.Planning;

public class SourceChecksTests
{
    private static readonly MigrationGoals Goals = new(StorageMode.Auto, SourceDisk.Keep, MaxDowntime: null, MaxBandwidth: null);

    [Fact]
    public void A_running_vm_without_host_devices_passes() => Assert.Null(Obstacle(Examples.Vm, Goals));

    [Theory]
    [InlineData(VmState.ShutOff)]
    [InlineData(VmState.Paused)]
    [InlineData(VmState.Other)]
    public void A_vm_that_does_not_run_is_refused(VmState state) =>
        Assert.Equal(FailureCode.VmNotRunning, Obstacle(Examples.Vm with { State = state }, Goals)!.Code);

    [Fact]
    public void A_device_that_stays_on_its_host_is_named()
    {
        var obstacle = Obstacle(Examples.Vm with { Blockers = ["host device passed through (pci)"] }, Goals);
        Assert.Equal(FailureCode.VmNotMigratable, obstacle!.Code);
        Assert.Contains("host device passed through (pci)", obstacle.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DiskKind.Network, FailureCode.InvalidRequest)]
    [InlineData(DiskKind.Block, FailureCode.VmNotMigratable)]
    public void Only_image_files_can_be_copied(DiskKind kind, FailureCode code) =>
        Assert.Equal(code, Obstacle(Examples.Vm with { Disks = [Examples.Disk(kind)] }, Goals with { Storage = StorageMode.Copy })!.Code);

    [Fact]
    public void An_image_of_an_unusual_format_is_not_copied() =>
        Assert.Equal(FailureCode.VmNotMigratable, Obstacle(Examples.Vm with { Disks = [Examples.Disk(format: "vmdk")] }, Goals)!.Code);

    private static CheckResult? Obstacle(VmFacts vm, MigrationGoals goals) =>
        SourceChecks.Evaluate(vm, HostName.Parse("home"), goals).FirstOrDefault(check => !check.Passed);
}
