using System.Threading.Channels;
using LivCloud.Libvirt.Xml;

namespace LivCloud.Libvirt.Tests.Daemon;

/// <summary>A real daemon with QEMU.</summary>
[Collection(HostsDefinition.Name)]
public sealed class HostTests(Hosts hosts) : IDisposable
{
    private const string Emulator = "/usr/bin/qemu-system-x86_64";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly LibvirtConnection _connection = LibvirtConnection.Open(hosts.Source.Uri);

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void Capabilities_name_the_host_its_machine_types_and_whom_emulators_run_as()
    {
        Assert.True(HostCapabilities.TryParse(_connection.GetCapabilities(), out var host, out var reason), reason);

        Assert.Equal("source", _connection.HostName);
        Assert.NotNull(host.HostUuid);
        Assert.Equal("x86_64", host.Architecture);
        Assert.Equal(new UnixOwner(0, 0), host.EmulatorOwner);
        var guest = host.FindGuest("x86_64");
        Assert.NotNull(guest);
        Assert.Equal(Emulator, guest.EmulatorPath);
        Assert.True(guest.HasMachineType("pc"));
        Assert.StartsWith("pc-i440fx-", guest.Canonical("pc"), StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_processors_and_memory_are_read()
    {
        Assert.True(_connection.LibraryVersion >= new Version(9, 0, 0));
        Assert.True(_connection.HypervisorVersion.Major >= 6);
        Assert.True(_connection.GetNodeInfo().Cpus > 0);
        Assert.True(_connection.GetFreeMemoryBytes() > 1 << 20);
    }

    [Fact]
    public void Domain_capabilities_are_read_and_refused_for_what_is_not_there()
    {
        var xml = _connection.GetDomainCapabilities(Emulator, "x86_64", "pc", "qemu");
        Assert.Contains("<domainCapabilities>", xml, StringComparison.Ordinal);

        var error = Assert.Throws<LibvirtException>(
            () => _connection.GetDomainCapabilities(Emulator, "x86_64", "pc-from-the-future", "qemu"));
        Assert.Contains("pc-from-the-future", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public void A_cpu_that_fits_is_told_from_one_that_lacks_a_feature_which_is_named()
    {
        const string fits = "<cpu mode='custom' match='exact'><model>qemu64</model></cpu>";
        const string lacks = "<cpu mode='custom' match='exact'><model>qemu64</model><feature policy='require' name='pcid'/></cpu>";

        var comparison = _connection.CompareHypervisorCpu(Emulator, "x86_64", "pc", "qemu", fits);
        Assert.True(comparison is CpuComparison.Identical or CpuComparison.Superset);
        Assert.Equal(CpuComparison.Incompatible, _connection.CompareHypervisorCpu(Emulator, "x86_64", "pc", "qemu", lacks, out var reason));
        Assert.Contains("pcid", reason, StringComparison.Ordinal);
        Assert.Throws<LibvirtException>(
            () => _connection.CompareHypervisorCpu(Emulator, "x86_64", "pc", "qemu", "<cpu><model>none such</model></cpu>"));
    }

    [Fact]
    public void A_volume_is_made_with_owner_mode_and_format_and_deleted()
    {
        var directory = Directory.CreateDirectory(Path.Combine(hosts.Source.Directory, "images")).FullName;
        using var pool = _connection.CreateTransientDirectoryPool("images", directory);
        using var found = _connection.FindPoolByTargetPath(directory + "/");
        Assert.Equal("images", found?.Name);
        Assert.True(pool.AvailableBytes > 0);

        var description = new VolumeDescription
        {
            Name = "a&b.qcow2",
            CapacityBytes = 1 << 30,
            Format = VolumeFormat.Qcow2,
            OwnerUserId = 64055,
            OwnerGroupId = 108,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        };
        using var volume = pool.CreateVolume(description.ToXml());
        Assert.Equal(Path.Combine(directory, "a&b.qcow2"), volume.Path);
        Assert.Equal(1 << 30, volume.GetInfo().CapacityBytes);
        Assert.True(volume.GetInfo().AllocationBytes < 1 << 20);
        Assert.Equal("640 64055 108", Run("stat", "-c", "%a %u %g", volume.Path));
        Assert.Equal(LibvirtError.StorageVolumeExists, Assert.Throws<LibvirtException>(() => pool.CreateVolume(description.ToXml())).Error);

        volume.Delete();
        Assert.False(File.Exists(Path.Combine(directory, "a&b.qcow2")));
        pool.Destroy();
        Assert.Null(_connection.FindPoolByTargetPath(directory));
    }

    [Fact]
    public void A_file_that_came_by_itself_is_seen_after_a_refresh()
    {
        var directory = Directory.CreateDirectory(Path.Combine(hosts.Source.Directory, "refreshed")).FullName;
        using var pool = _connection.CreateTransientDirectoryPool("refreshed", directory);
        File.WriteAllBytes(Path.Combine(directory, "left.img"), new byte[4096]);

        Assert.Null(pool.FindVolume("left.img"));
        pool.Refresh();
        using var volume = pool.FindVolume("left.img");
        Assert.Equal(4096, volume?.GetInfo().CapacityBytes);
        pool.Destroy();
    }

    [Fact]
    public async Task A_guest_starts_paused_runs_and_ends_and_each_is_told()
    {
        var uuid = Guid.NewGuid();
        var image = Path.Combine(hosts.Source.Directory, "disk.img");
        await File.WriteAllBytesAsync(image, new byte[1 << 20]);
        var events = Channel.CreateUnbounded<DomainLifecycle>();
        using var subscription = _connection.SubscribeLifecycle(happened => events.Writer.TryWrite(happened));
        using var guest = _connection.CreateDomain(TinyGuest.Xml("tiny", uuid, TinyGuest.RawDisk(image)), paused: true);

        Assert.Equal(uuid, guest.Uuid);
        Assert.False(guest.IsPersistent);
        Assert.Equal(DomainState.Paused, guest.GetState(out var reason));
        Assert.Equal(PausedReason.User, (PausedReason)reason);
        guest.Resume();
        Assert.Equal(DomainState.Running, guest.GetState(out _));
        Assert.Equal(64L << 20, guest.GetInfo().MaxMemoryBytes);
        Assert.Equal(1 << 20, guest.GetBlockInfo("vda").CapacityBytes);
        Assert.Throws<LibvirtException>(() => guest.GetBlockInfo("vdz"));
        Assert.True(DomainDescription.TryParse(guest.GetXml(DomainXml.Migratable), out var description, out var why), why);
        Assert.Equal(image, Assert.Single(description.Disks).SourcePath);
        Assert.Equal("qemu", description.VirtualizationType);
        Assert.Empty(description.MigrationBlockers);

        Assert.Equal(JobType.None, guest.GetJobStatistics().Type);
        Assert.Equal(LibvirtError.OperationInvalid, Assert.Throws<LibvirtException>(guest.AbortJob).Error);
        Assert.Equal(DirtyRateStatus.Unstarted, guest.GetDirtyRate().Status);
        guest.StartDirtyRateCalculation(TimeSpan.FromSeconds(1));
        Assert.NotEqual(DirtyRateStatus.Unstarted, guest.GetDirtyRate().Status);
        Assert.Equal(TimeSpan.FromSeconds(1), guest.GetDirtyRate().Period);
        Assert.Throws<ArgumentOutOfRangeException>(() => guest.StartDirtyRateCalculation(TimeSpan.Zero));
        guest.SetMigrationMaxSpeed(5);
        Assert.Equal(5, guest.GetMigrationMaxSpeed());
        guest.SetMigrationMaxSpeed(new Core.Bandwidth(80_000_000));
        Assert.Equal(9, guest.GetMigrationMaxSpeed());
        guest.SetMigrationMaxDowntime(TimeSpan.FromMilliseconds(200));

        guest.Destroy();
        Assert.Equal(LibvirtError.NoDomain, Assert.Throws<LibvirtException>(() => guest.GetState(out _)).Error);
        using var deadline = new CancellationTokenSource(Deadline);
        var details = new List<LifecycleDetail>();
        await foreach (var happened in events.Reader.ReadAllAsync(deadline.Token))
        {
            details.Add(happened.Detail);
            if (happened.Event == LifecycleEvent.Stopped)
            {
                break;
            }
        }

        Assert.Contains(LifecycleDetail.StartedBooted, details);
        Assert.Contains(LifecycleDetail.SuspendedPaused, details);
        Assert.Contains(LifecycleDetail.ResumedUnpaused, details);
        Assert.Equal(LifecycleDetail.StoppedDestroyed, details[^1]);
    }

    [Fact]
    public void A_defined_guest_is_kept_until_it_is_undefined()
    {
        using var guest = _connection.DefineDomain(TinyGuest.Xml("kept", Guid.NewGuid()));

        Assert.True(guest.IsPersistent);
        Assert.False(guest.IsActive);
        Assert.Equal(LibvirtError.OperationInvalid, Assert.Throws<LibvirtException>(() => guest.GetJobStatistics()).Error);
        guest.Undefine();
        Assert.Null(_connection.FindDomain("kept"));
    }

    [Fact]
    public async Task A_daemon_that_is_killed_closes_its_connections_and_calls_fail_as_transient()
    {
        using var daemon = await PrivateDaemon.StartAsync("shortlived");
        using var connection = LibvirtConnection.Open(daemon.Uri);
        using var subscription = connection.SubscribeLifecycle(_ => { });
        using var guest = connection.CreateDomain(TinyGuest.Xml("survivor", Guid.NewGuid()));
        var closed = new TaskCompletionSource();
        using var registration = connection.Closed.Register(closed.SetResult);

        await daemon.KillAsync();

        await closed.Task.WaitAsync(Deadline);
        Assert.False(connection.IsAlive);
        Assert.True(Assert.Throws<LibvirtException>(() => guest.GetState(out _)).IsTransient);
        Assert.True(Assert.Throws<LibvirtException>(() => connection.FindDomain("survivor")).IsTransient);
        Assert.True(Assert.Throws<LibvirtException>(() => LibvirtConnection.Open(daemon.Uri)).IsTransient);

        await daemon.RestartAsync();
        using var again = LibvirtConnection.Open(daemon.Uri);
        using var survivor = again.FindDomain(guest.Uuid);
        Assert.Equal(DomainState.Running, survivor?.GetState(out _));
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}
