using System.Threading.Channels;
using LivCloud.Libvirt.Xml;

namespace LivCloud.Libvirt.Tests.Connections;

/// <summary>The real library with its test driver, which lives in this process.</summary>
public sealed class TestDriverTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TestHost _host = new();
    private readonly LibvirtConnection _connection;

    public TestDriverTests() => _connection = LibvirtConnection.Open(_host.Uri);

    public void Dispose()
    {
        _connection.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void An_open_connection_is_alive_and_tells_host_and_versions()
    {
        Assert.True(_connection.IsAlive);
        Assert.Equal(_host.Uri, _connection.Uri);
        Assert.False(_connection.Closed.IsCancellationRequested);
        Assert.NotEqual("", _connection.HostName);
        Assert.True(_connection.LibraryVersion.Major >= 5);
        Assert.NotNull(_connection.HypervisorVersion);
        Assert.True(_connection.GetNodeInfo().MemoryBytes > 0);
    }

    [Fact]
    public void Disposing_cancels_closed_and_a_second_time_does_nothing()
    {
        var connection = LibvirtConnection.Open("test:///default");
        connection.Dispose();
        connection.Dispose();

        Assert.True(connection.Closed.IsCancellationRequested);
        Assert.False(connection.IsAlive);
    }

    [Fact]
    public void A_driver_that_refuses_its_uri_is_no_transient_failure()
    {
        var error = Assert.Throws<LibvirtException>(() => LibvirtConnection.Open("test:///no/such/file.xml"));

        Assert.False(error.IsTransient);
        Assert.StartsWith("Could not connect to test:///no/such/file.xml: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_daemon_whose_socket_is_missing_is_a_transient_failure()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var error = Assert.Throws<LibvirtException>(() => LibvirtConnection.Open($"qemu+unix:///system?socket={path}"));

        Assert.Equal(LibvirtError.SystemError, error.Error);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public void The_default_domain_is_found_by_name_and_by_uuid()
    {
        using var byName = _connection.FindDomain("test");
        Assert.NotNull(byName);
        using var byUuid = _connection.FindDomain(byName.Uuid);
        Assert.NotNull(byUuid);

        Assert.Equal("test", byUuid.Name);
        Assert.Contains(byName.Uuid.ToString(), byName.GetXml(), StringComparison.Ordinal);
        var all = _connection.ListDomains();
        Assert.Equal(byName.Uuid, Assert.Single(all).Uuid);
        all[0].Dispose();
    }

    [Fact]
    public void What_does_not_exist_is_null_or_false()
    {
        Assert.Null(_connection.FindDomain("nobody"));
        Assert.Null(_connection.FindDomain(Guid.NewGuid()));
        Assert.Null(_connection.FindPool("nothing"));
        Assert.Null(_connection.FindPoolByTargetPath("/nowhere"));
        Assert.False(_connection.HasNetwork("nonet"));
        Assert.True(_connection.HasNetwork("default"));
    }

    [Fact]
    public void State_and_size_of_a_domain_are_read()
    {
        using var domain = _connection.FindDomain("test")!;

        Assert.Equal(DomainState.Running, domain.GetState(out _));
        Assert.True(domain.IsActive);
        Assert.True(domain.IsPersistent);
        var info = domain.GetInfo();
        Assert.Equal(DomainState.Running, info.State);
        Assert.Equal(8L * 1024 * 1024 * 1024, info.MaxMemoryBytes);
        Assert.Equal(2, info.VirtualCpus);
    }

    [Fact]
    public void Wrong_states_are_told_as_such()
    {
        using var domain = _connection.FindDomain("test")!;

        domain.Destroy();
        Assert.Equal(LibvirtError.OperationInvalid, Assert.Throws<LibvirtException>(domain.Destroy).Error);
        domain.Undefine();
        var error = Assert.Throws<LibvirtException>(() => domain.GetXml());
        Assert.Equal(LibvirtError.NoDomain, error.Error);
        Assert.Equal(42, error.NativeCode);
        Assert.False(error.IsTransient);
        Assert.StartsWith("Could not read the description of the domain test: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_that_is_no_xml_is_refused()
    {
        Assert.Throws<LibvirtException>(() => _connection.DefineDomain("<domain"));
        Assert.NotEqual(0, Assert.Throws<LibvirtException>(() => _connection.DefineDomain("<domain type='test'/>")).NativeCode);
    }

    [Fact]
    public async Task Lifecycle_events_come_in_order_with_their_details()
    {
        var events = Channel.CreateUnbounded<DomainLifecycle>();
        using var subscription = _connection.SubscribeLifecycle(happened => events.Writer.TryWrite(happened));
        using var domain = _connection.FindDomain("test")!;

        domain.Suspend();
        domain.Resume();
        domain.Destroy();
        domain.Create();
        domain.Destroy();
        domain.Undefine();

        LifecycleDetail[] expected =
        [
            LifecycleDetail.SuspendedPaused, LifecycleDetail.ResumedUnpaused, LifecycleDetail.StoppedDestroyed,
            LifecycleDetail.StartedBooted, LifecycleDetail.StoppedDestroyed, LifecycleDetail.UndefinedRemoved,
        ];
        using var deadline = new CancellationTokenSource(Deadline);
        foreach (var detail in expected)
        {
            var happened = await events.Reader.ReadAsync(deadline.Token);
            Assert.Equal(detail, happened.Detail);
            Assert.Equal((LifecycleEvent)((int)detail >> 8), happened.Event);
            Assert.Equal("test", happened.DomainName);
            Assert.Equal(domain.Uuid, happened.DomainUuid);
        }
    }

    [Fact]
    public async Task A_subscription_that_ended_gets_nothing_more()
    {
        var ended = Channel.CreateUnbounded<DomainLifecycle>();
        var kept = Channel.CreateUnbounded<DomainLifecycle>();
        var subscription = _connection.SubscribeLifecycle(happened => ended.Writer.TryWrite(happened));
        using var other = _connection.SubscribeLifecycle(happened => kept.Writer.TryWrite(happened));
        using var domain = _connection.FindDomain("test")!;

        subscription.Dispose();
        subscription.Dispose();
        domain.Suspend();

        using var deadline = new CancellationTokenSource(Deadline);
        await kept.Reader.ReadAsync(deadline.Token);
        Assert.False(ended.Reader.TryRead(out _));
    }

    [Fact]
    public async Task An_exception_of_a_handler_is_reported_and_harms_nobody()
    {
        var failures = Channel.CreateUnbounded<Exception>();
        var events = Channel.CreateUnbounded<DomainLifecycle>();
        _connection.HandlerFailed = exception => failures.Writer.TryWrite(exception);
        using var bad = _connection.SubscribeLifecycle(_ => throw new InvalidOperationException("on purpose"));
        using var good = _connection.SubscribeLifecycle(happened => events.Writer.TryWrite(happened));
        using var domain = _connection.FindDomain("test")!;

        domain.Suspend();

        using var deadline = new CancellationTokenSource(Deadline);
        Assert.Equal("on purpose", (await failures.Reader.ReadAsync(deadline.Token)).Message);
        await events.Reader.ReadAsync(deadline.Token);
    }

    [Fact]
    public async Task A_driver_that_can_not_migrate_refuses_by_the_task()
    {
        using var domain = _connection.FindDomain("test")!;
        var parameters = new MigrationParameters
        {
            MigrateUri = "unix:///nowhere/mig.sock",
            MigrateDisks = ["vda", "vdb"],
            BandwidthMiBPerSecond = 10,
            ParallelConnections = 3,
        };

        var error = await Assert.ThrowsAsync<LibvirtException>(() =>
            domain.MigrateAsync("test:///default", parameters, MigrateFlags.Live | MigrateFlags.PeerToPeer));

        Assert.StartsWith("Could not migrate the domain test: ", error.Message, StringComparison.Ordinal);
        Assert.True(error.Error is LibvirtError.ArgumentUnsupported or LibvirtError.NoSupport, error.ToString());
        Assert.False(error.IsTransient);
    }

    [Fact]
    public void Aborting_where_there_are_no_jobs_is_refused()
    {
        using var domain = _connection.FindDomain("test")!;

        Assert.Equal(LibvirtError.NoSupport, Assert.Throws<LibvirtException>(domain.AbortJob).Error);
    }

    [Fact]
    public void Pools_of_the_test_driver_are_found_by_their_directory()
    {
        using var pool = _connection.FindPoolByTargetPath("/default-pool/");

        Assert.NotNull(pool);
        Assert.Equal("default-pool", pool.Name);
        Assert.Equal("/default-pool", pool.TargetPath);
        Assert.True(pool.AvailableBytes > 0);
        pool.Refresh();
        Assert.Null(pool.FindVolume("absent"));
    }

    [Fact]
    public void A_volume_is_created_found_and_deleted()
    {
        using var pool = _connection.CreateTransientDirectoryPool("transient & <odd>", "/somewhere/else");
        var description = new VolumeDescription { Name = "a&b.img", CapacityBytes = 1 << 20, Format = VolumeFormat.Raw };
        using var created = pool.CreateVolume(description.ToXml());
        using var found = pool.FindVolume("a&b.img");

        Assert.NotNull(found);
        Assert.Equal("/somewhere/else/a&b.img", found.Path);
        Assert.Equal(1 << 20, found.GetInfo().CapacityBytes);
        found.Delete();
        Assert.Null(pool.FindVolume("a&b.img"));
        Assert.Equal(LibvirtError.NoStorageVolume, Assert.Throws<LibvirtException>(created.Delete).Error);
        pool.Destroy();
        Assert.Null(_connection.FindPoolByTargetPath("/somewhere/else"));
    }

    [Fact]
    public async Task One_domain_serves_many_threads_and_each_sees_its_own_error()
    {
        using var domain = _connection.FindDomain("test")!;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(index => Task.Run(() =>
        {
            for (var round = 0; round < 50; round++)
            {
                Assert.Equal(DomainState.Running, domain.GetState(out _));
                if (index % 2 == 0)
                {
                    Assert.Equal(LibvirtError.Internal, Assert.Throws<LibvirtException>(() => domain.Create()).Error);
                }
                else
                {
                    Assert.Null(_connection.FindDomain($"nobody{index}"));
                }
            }
        })));
    }

    [Fact]
    public void A_domain_outlives_its_connection()
    {
        using var other = LibvirtConnection.Open(_host.Uri);
        var domain = other.FindDomain("test")!;
        other.Dispose();

        Assert.Equal(DomainState.Running, domain.GetState(out _));
        domain.Dispose();
        Assert.Throws<ObjectDisposedException>(() => domain.GetState(out _));
    }
}
