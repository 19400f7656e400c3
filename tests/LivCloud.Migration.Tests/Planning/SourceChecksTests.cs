using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Tests.Planning;

public class SourceChecksTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
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

    [Fact]
    public void A_vm_that_is_being_migrated_is_refused_and_the_migration_named()
    {
        var open = Record(Examples.Vm.Uuid);
        var check = SourceChecks.OtherMigrationCheck(Examples.Vm, HostName.Parse("cloud"), [Record(Guid.NewGuid()), open]);
        Assert.Equal(FailureCode.AlreadyMigrating, check!.Code);
        Assert.Contains(open.Id.ToString(), check.Detail, StringComparison.Ordinal);
        Assert.Contains(open.Id.ToString(), check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_migration_that_is_over_is_in_nobodys_way() => Assert.Null(SourceChecks.OtherMigrationCheck(
        Examples.Vm, HostName.Parse("cloud"), [Record(Guid.NewGuid()), Record(Examples.Vm.Uuid).Enter(MigrationPhase.RolledBack, Noon) with { CleanupPending = true }]));

    private static MigrationRecord Record(Guid vm) => new()
    {
        Id = MigrationId.Create(),
        Vm = "web",
        VmUuid = vm,
        Source = HostName.Parse("home"),
        Destination = HostName.Parse("cloud"),
        Goals = Goals,
        RequestedAt = Noon,
        History = [new PhaseEntry(MigrationPhase.Requested, Noon)],
    };

    private static CheckResult? Obstacle(VmFacts vm, MigrationGoals goals) =>
        SourceChecks.Evaluate(vm, HostName.Parse("home"), goals).FirstOrDefault(check => !check.Passed);
}
