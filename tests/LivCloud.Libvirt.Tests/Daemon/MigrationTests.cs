using System.Security.Cryptography;
using System.Threading.Channels;
using LivCloud.Libvirt.Rpc;

namespace LivCloud.Libvirt.Tests.Daemon;

/// <summary>A guest that only runs its firmware moves between two daemons, peer to peer over unix sockets.</summary>
[Collection(HostsDefinition.Name)]
public sealed class MigrationTests(Hosts hosts) : IDisposable
{
    private const MigrateFlags Flags = MigrateFlags.Live | MigrateFlags.PeerToPeer | MigrateFlags.AbortOnError;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly LibvirtConnection _source = LibvirtConnection.Open(hosts.Source.Uri);
    private readonly LibvirtConnection _destination = LibvirtConnection.Open(hosts.Destination.Uri);
    private readonly string _directory = Directory.CreateTempSubdirectory("lm-").FullName;

    public void Dispose()
    {
        _source.Dispose();
        _destination.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_guest_moves_and_events_figures_and_the_finish_call_tell_so()
    {
        var completed = Channel.CreateUnbounded<DomainJobCompleted>();
        var iterations = Channel.CreateUnbounded<DomainMigrationIteration>();
        using var job = _source.SubscribeJobCompleted(happened => completed.Writer.TryWrite(happened));
        using var pass = _source.SubscribeMigrationIteration(happened => iterations.Writer.TryWrite(happened));
        using var guest = _source.CreateDomain(TinyGuest.Xml("mover", Guid.NewGuid()));
        var relay = StartRelay();
        await using (relay)
        {
            await guest.MigrateAsync(DestinationUri, Parameters(), Flags).WaitAsync(Deadline);
        }

        using var moved = _destination.FindDomain(guest.Uuid);
        Assert.Equal(DomainState.Running, moved?.GetState(out _));
        Assert.Null(_source.FindDomain(guest.Uuid));
        using var deadline = new CancellationTokenSource(Deadline);
        var figures = (await completed.Reader.ReadAsync(deadline.Token)).Statistics;
        Assert.Equal(JobType.Completed, figures.Type);
        Assert.Equal(JobOperation.MigrationOut, figures.Operation);
        Assert.True(figures.MemoryTotal >= 64L << 20);
        Assert.Equal(0, figures.MemoryRemaining);
        Assert.Equal(4096, figures.PageSize);
        Assert.True(figures.TimeElapsed > TimeSpan.Zero);
        Assert.NotNull(figures.Downtime);
        Assert.True(figures.TryGet("memory_normal_bytes", out _));
        Assert.False(figures.TryGet("no_such_field", out _));
        var first = await iterations.Reader.ReadAsync(deadline.Token);
        Assert.Equal(("mover", guest.Uuid, 1), (first.DomainName, first.DomainUuid, first.Iteration));

        Assert.False(FinishCancelled(relay));
        moved?.Destroy();
    }

    [Fact]
    public async Task An_abort_fails_the_task_keeps_the_guest_and_cancels_the_finish_call()
    {
        var iterations = Channel.CreateUnbounded<DomainMigrationIteration>();
        using var pass = _source.SubscribeMigrationIteration(happened => iterations.Writer.TryWrite(happened));
        // 32 MiB that do not compress, at 1 MiB/s: it can not complete before it is aborted.
        var memory = Path.Combine(_directory, "memory.bin");
        await File.WriteAllBytesAsync(memory, RandomNumberGenerator.GetBytes(32 << 20));
        using var guest = _source.CreateDomain(TinyGuest.Xml("stayer", Guid.NewGuid(), memoryFile: memory));
        var relay = StartRelay();
        await using (relay)
        {
            var migration = guest.MigrateAsync(DestinationUri, Parameters() with { BandwidthMiBPerSecond = 1 }, Flags);
            using var deadline = new CancellationTokenSource(Deadline);
            await iterations.Reader.ReadAsync(deadline.Token);
            var running = guest.GetJobStatistics();
            Assert.Equal(JobType.Unbounded, running.Type);
            Assert.Equal(JobOperation.MigrationOut, running.Operation);
            guest.SetMigrationMaxSpeed(2);
            guest.SetMigrationMaxDowntime(TimeSpan.FromMilliseconds(50));
            Assert.Throws<LibvirtException>(guest.StartPostCopy);

            guest.AbortJob();
            var error = await Assert.ThrowsAsync<LibvirtException>(() => migration.WaitAsync(Deadline));
            Assert.Equal(LibvirtError.OperationAborted, error.Error);
            Assert.False(error.IsTransient);
        }

        Assert.Equal(DomainState.Running, guest.GetState(out _));
        Assert.Null(_destination.FindDomain(guest.Uuid));
        Assert.True(FinishCancelled(relay));
        guest.Destroy();
    }

    [Fact]
    public async Task A_disk_is_copied_to_where_its_image_was_made_ready()
    {
        const string image = "/var/lib/libvirt/images/disk.img";
        var content = RandomNumberGenerator.GetBytes(4 << 20);
        await File.WriteAllBytesAsync(ImageOf(hosts.Source), content);
        await File.WriteAllBytesAsync(ImageOf(hosts.Destination), new byte[content.Length]);
        using var guest = _source.DefineDomain(TinyGuest.Xml("carrier", Guid.NewGuid(), TinyGuest.RawDisk(image)));
        guest.Create();
        var completed = Channel.CreateUnbounded<DomainJobCompleted>();
        using var job = _source.SubscribeJobCompleted(happened => completed.Writer.TryWrite(happened));
        await using var relay = StartRelay();

        await guest.MigrateAsync(
            DestinationUri,
            Parameters() with { DisksUri = $"unix://{_directory}/nbd.sock", MigrateDisks = ["vda"] },
            Flags | MigrateFlags.NonSharedDisk | MigrateFlags.PersistDestination | MigrateFlags.UndefineSource | MigrateFlags.Unsafe)
            .WaitAsync(Deadline);

        Assert.Null(_source.FindDomain(guest.Uuid));
        using var moved = _destination.FindDomain(guest.Uuid);
        Assert.True(moved?.IsPersistent);
        moved?.Destroy();
        moved?.Undefine();
        Assert.Equal(content, await File.ReadAllBytesAsync(ImageOf(hosts.Destination)));
        using var deadline = new CancellationTokenSource(Deadline);
        var figures = (await completed.Reader.ReadAsync(deadline.Token)).Statistics;
        Assert.Equal(content.Length, figures.DiskTotal);
        Assert.Equal(content.Length, figures.DiskProcessed);

        static string ImageOf(PrivateDaemon daemon) =>
            Path.Combine(Directory.CreateDirectory(Path.Combine(daemon.Directory, "lib/images")).FullName, "disk.img");
    }

    [Fact]
    public async Task A_destination_that_is_not_there_is_no_failure_of_our_own_connection()
    {
        using var guest = _source.CreateDomain(TinyGuest.Xml("nowhere", Guid.NewGuid()));

        var error = await Assert.ThrowsAsync<LibvirtException>(
            () => guest.MigrateAsync(DestinationUri, Parameters(), Flags).WaitAsync(Deadline));

        Assert.False(error.IsTransient, error.ToString());
        Assert.True(_source.IsAlive);
        Assert.Equal(DomainState.Running, guest.GetState(out _));
        guest.Destroy();
    }

    private string RelayPath => Path.Combine(_directory, "libvirt.sock");

    private string DestinationUri => PrivateDaemon.UriFor(RelayPath);

    private RecordingRelay StartRelay() => new(RelayPath, hosts.Destination.SocketPath);

    private MigrationParameters Parameters() => new() { MigrateUri = $"unix://{_directory}/mig.sock" };

    private static bool FinishCancelled(RecordingRelay relay)
    {
        var frames = relay.Recordings.SelectMany(recording => RecordedFrames.Split(recording.Sent)).ToList();
        Assert.Contains(frames, frame => RpcFrames.IsPrepare3Call(frame.Header));
        var finish = Assert.Single(frames, frame => RpcFrames.IsFinish3Call(frame.Header));
        Assert.Equal(MigrationProcedure.Finish3Params, finish.Header.Procedure);
        Assert.True(RpcFrames.TryReadFinishCancelled(finish.Bytes, out var cancelled));
        return cancelled;
    }
}
