using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Tests.Planning;

public class DestinationChecksTests
{
    [Fact]
    public void A_host_that_has_everything_passes_all_checks() =>
        Assert.All(DestinationChecks.Evaluate(Examples.Vm, Examples.Host, StorageMode.Auto), check => Assert.True(check.Passed, check.Detail));

    [Fact]
    public void A_file_that_the_destination_sees_is_shared_and_one_it_does_not_see_is_copied()
    {
        Assert.Equal(StorageMode.Copy, DestinationChecks.Decide(Examples.Disk(), Examples.Host, StorageMode.Auto));
        var sees = Examples.Host with { Places = [Examples.Place(sees: true, exists: true)] };
        Assert.Equal(StorageMode.Shared, DestinationChecks.Decide(Examples.Disk(), sees, StorageMode.Auto));
        Assert.Null(Obstacle(Examples.Vm, sees));
    }

    [Fact]
    public void A_network_disk_is_always_shared() =>
        Assert.Equal(StorageMode.Shared, DestinationChecks.Decide(Examples.Disk(DiskKind.Network), Examples.Host, StorageMode.Auto));

    [Theory]
    [InlineData(StorageMode.Auto)]
    [InlineData(StorageMode.Copy)]
    public void A_read_only_file_is_never_copied_and_must_be_there(StorageMode mode)
    {
        var vm = Examples.Vm with { Disks = [Examples.Disk() with { IsReadOnly = true }] };
        var has = Examples.Host with { Places = [Examples.Place(exists: true)] };
        Assert.Equal(StorageMode.Shared, DestinationChecks.Decide(vm.Disks[0], has, mode));
        Assert.All(DestinationChecks.Evaluate(vm, has, mode), check => Assert.True(check.Passed, check.Detail));
        Assert.Equal(FailureCode.DiskNotShared, DestinationChecks.Evaluate(vm, Examples.Host, mode).Single(check => !check.Passed).Code);
    }

    public static TheoryData<string, FailureCode> Obstacles => new()
    {
        { "memory", FailureCode.MemoryShort },
        { "machine", FailureCode.MachineTypeMissing },
        { "cpu", FailureCode.CpuIncompatible },
        { "existing", FailureCode.VmExistsAtDestination },
        { "network", FailureCode.NetworkMissing },
        { "space", FailureCode.DiskSpaceShort },
        { "directory", FailureCode.DiskPathUnusable },
        { "file", FailureCode.DiskPathUnusable },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void Each_lack_is_refused_with_its_code_a_sentence_and_a_remedy(string what, FailureCode code)
    {
        var host = what switch
        {
            "memory" => Examples.Host with { MemoryFreeBytes = 512L << 20 },
            "machine" => Examples.Host with { OffersMachineType = false },
            "cpu" => Examples.Host with { CpuProblem = "missing features: aes" },
            "existing" => Examples.Host with { ExistingVm = VmState.ShutOff },
            "network" => Examples.Host with { MissingAttachments = ["the bridge br0"] },
            "space" => Examples.Host with { Places = [Examples.Place(free: 100L << 20)] },
            "directory" => Examples.Host with { Places = [Examples.Place(usable: false)] },
            _ => Examples.Host with { Places = [Examples.Place(exists: true)] },
        };
        var obstacle = Obstacle(Examples.Vm, host);
        Assert.NotNull(obstacle);
        Assert.Equal(code, obstacle.Code);
        Assert.Contains("web", obstacle.Detail, StringComparison.Ordinal);
        Assert.EndsWith(".", obstacle.Detail, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(obstacle.Remedy));
    }

    [Fact]
    public void A_missing_cpu_feature_is_named() =>
        Assert.Contains("aes", Obstacle(Examples.Vm, Examples.Host with { CpuProblem = "missing features: aes" })!.Detail, StringComparison.Ordinal);

    [Fact]
    public void A_disk_is_not_copied_onto_itself()
    {
        var same = Examples.Host with { Places = [Examples.Place(sees: true, exists: true)] };
        Assert.Equal(FailureCode.DiskPathUnusable, DestinationChecks.Evaluate(Examples.Vm, same, StorageMode.Copy).First(check => !check.Passed).Code);
    }

    [Fact]
    public void A_disk_that_is_not_seen_can_not_be_shared() =>
        Assert.Equal(FailureCode.DiskNotShared, DestinationChecks.Evaluate(Examples.Vm, Examples.Host, StorageMode.Shared).First(check => !check.Passed).Code);

    [Fact]
    public void Two_disks_must_fit_together()
    {
        var second = Examples.Disk() with { Target = "vdb", Path = "/var/lib/libvirt/images/two.qcow2" };
        var vm = Examples.Vm with { Disks = [Examples.Disk(), second] };
        var room = DestinationChecks.DiskReserveBytes + (64L << 20) + (10L << 20);
        var host = Examples.Host with { Places = [Examples.Place(free: room), Examples.Place(free: room) with { Target = "vdb" }] };
        Assert.Equal(FailureCode.DiskSpaceShort, Obstacle(vm, host)!.Code);
    }

    private static CheckResult? Obstacle(VmFacts vm, DestinationFacts host) =>
        DestinationChecks.Evaluate(vm, host, StorageMode.Auto).FirstOrDefault(check => !check.Passed);
}
