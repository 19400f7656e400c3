using LivCloud.Core;
using LivCloud.Libvirt;
using LivCloud.Migration.Ports;
using LivCloud.Prediction.Courses;

namespace LivCloud.Agent.Hypervisor;

/// <summary>A peer-to-peer migration that the local libvirt daemon works on.</summary>
internal sealed class OutgoingMigration : IOutgoingMigration
{
    /// <summary>How long the figures of the finished job are waited for: their event comes beside the call's return.</summary>
    private static readonly TimeSpan FiguresPatience = TimeSpan.FromMilliseconds(500);

    private readonly Domain _domain;
    private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<JobProgress> _figures = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _subscriptions = [];

    private volatile bool _isSlowed;

    private OutgoingMigration(Domain domain) => _domain = domain;

    /// <inheritdoc/>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public Task Paused => _paused.Task;

    /// <inheritdoc/>
    public JobProgress? FinalFigures => _figures.Task.IsCompletedSuccessfully ? _figures.Task.Result : null;

    /// <summary>Starts it.</summary>
    /// <exception cref="LibvirtException">The domain is not there.</exception>
    public static OutgoingMigration Start(LibvirtConnection connection, OutgoingOrder order)
    {
        var domain = connection.FindDomain(order.Vm)
            ?? throw new FailureException(FailureCode.UnknownVm, $"The VM {order.Vm} is gone from this host.");
        var migration = new OutgoingMigration(domain);
        migration._subscriptions.Add(connection.SubscribeLifecycle(change =>
        {
            if (change.DomainUuid == order.Vm && change is { Event: LifecycleEvent.Suspended, Detail: LifecycleDetail.SuspendedMigrated })
            {
                migration._paused.TrySetResult();
            }
        }));
        migration._subscriptions.Add(connection.SubscribeJobCompleted(job =>
        {
            if (job.DomainUuid == order.Vm)
            {
                migration._figures.TrySetResult(Convert(job.Statistics));
            }
        }));
        domain.SetMigrationMaxDowntime(order.DowntimeLimit);
        migration.Completion = migration.MigrateAsync(order);
        return migration;
    }

    /// <inheritdoc/>
    public Task<JobProgress?> GetProgressAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                var statistics = _domain.GetJobStatistics();
                return statistics.Type is JobType.None ? null : Convert(statistics);
            }
            catch (LibvirtException)
            {
                // Asked at an instant at which libvirt can not tell; the migration's own result says whether something is wrong.
                return null;
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SetDowntimeLimitAsync(TimeSpan limit, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                _domain.SetMigrationMaxDowntime(limit);
            }
            catch (LibvirtException)
            {
                // The job has just ended; its result tells.
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SlowGuestAsync(double most, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                _isSlowed = true;
                _domain.SetMigrationThrottle((int)(AutoConvergeModel.FirstThrottle * 100), (int)(AutoConvergeModel.Increment * 100), (int)(most * 100));
            }
            catch (LibvirtException exception)
            {
                throw LocalLibvirt.Translate(exception);
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }

        _domain.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task MigrateAsync(OutgoingOrder order)
    {
        var parameters = new MigrationParameters
        {
            MigrateUri = order.MigrationUri,
            DisksUri = order.CopiedDisks.Count > 0 ? order.DisksUri : null,
            MigrateDisks = order.CopiedDisks,
            Compression = "xbzrle",
            XbzrleCacheBytes = order.DeltaCache.Bytes,

            // As good as not at all, until the engine asks for more: auto-converge can not be switched on later.
            AutoConvergeInitialPercent = 1,
            AutoConvergeIncrementPercent = 1,
        };

        // Most pages that are written again differ little from what was sent: their differences let the last passes end, and the pause be short.
        var flags = MigrateFlags.Live | MigrateFlags.Compressed | MigrateFlags.PeerToPeer | MigrateFlags.AbortOnError | MigrateFlags.AutoConverge;
        flags |= order.IsPersistent ? MigrateFlags.PersistDestination | MigrateFlags.UndefineSource : MigrateFlags.None;

        flags |= order.CopiedDisks.Count > 0 ? MigrateFlags.NonSharedDisk : MigrateFlags.None;
        try
        {
            await _domain.MigrateAsync(order.ConnectionUri, parameters, flags).ConfigureAwait(false);
            await ((Task)_figures.Task).WaitAsync(FiguresPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (LibvirtException exception)
        {
            TryUnslow();
            throw LocalLibvirt.Translate(exception);
        }
    }

    /// <summary>An emulator that keeps its guest keeps what it was told for a next migration, which may be somebody else's.</summary>
    private void TryUnslow()
    {
        try
        {
            if (_isSlowed)
            {
                _domain.SetMigrationThrottle((int)(AutoConvergeModel.FirstThrottle * 100), (int)(AutoConvergeModel.Increment * 100), (int)(AutoConvergeModel.MostThrottle * 100));
            }
        }
        catch (LibvirtException)
        {
            // It has ended, and with it what it was told.
        }
    }

    private static JobProgress Convert(JobStatistics statistics) => new()
    {
        DiskTotalBytes = statistics.DiskTotal,
        DiskDoneBytes = statistics.DiskProcessed,
        MemoryTotalBytes = statistics.MemoryTotal,
        MemoryDoneBytes = statistics.MemoryProcessed,
        MemoryRemainingBytes = statistics.MemoryRemaining,
        Iteration = statistics.Iteration,
        DirtyBytesPerSecond = statistics.MemoryDirtyRate * statistics.PageSize,
        Throttle = statistics.AutoConvergeThrottlePercent / 100.0,
        Downtime = statistics.Downtime,
    };
}
