using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Following;

/// <summary>Follows one migration to its end, showing its progress.</summary>
internal sealed class Follower(AgentClient agent, CliEnvironment environment)
{
    private readonly ProgressDisplay _display = ProgressDisplay.For(environment);
    private TimeSpan _shownElapsed;

    /// <summary>What the first Ctrl-C does; null: it ends the following. A hangup always only ends the following.</summary>
    public Func<MigrationId, CancellationToken, Task>? OnInterrupt { get; init; }

    /// <summary>Whether to end when the migration is stranded, which may not be the end of it.</summary>
    public bool EndsWhenStranded { get; init; }

    /// <summary>Whether the migration is being rolled back, as far as is known: the agent took the request to abort it, or showed it.</summary>
    public bool IsRollingBack { get; private set; }

    /// <summary>Follows until the migration is over.</summary>
    /// <returns>Its last state; null when the user's Ctrl-C or a hangup ended the following before.</returns>
    public async Task<Api.Migration?> RunAsync(Api.Migration first)
    {
        var id = MigrationId.Parse(first.Id);
        var end = OnInterrupt is null ? environment.Interruption.First : environment.Interruption.Leave;
        try
        {
            return await _display.RunAsync(() => FollowAsync(first, id, end));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<Api.Migration> FollowAsync(Api.Migration first, MigrationId id, CancellationToken end)
    {
        // The interrupt's task is awaited below: it ends with its request, or with this.
        using var finished = CancellationTokenSource.CreateLinkedTokenSource(end);
        var interrupt = WatchForInterruptAsync(id, finished.Token);
        try
        {
            return await ShowUntilOverAsync(first, id, end);
        }
        finally
        {
            await finished.CancelAsync();
            await interrupt;
        }
    }

    private async Task<Api.Migration> ShowUntilOverAsync(Api.Migration latest, MigrationId id, CancellationToken end)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(end);
        var states = agent.WatchMigrationAsync(id, TellConnection, watching.Token).GetAsyncEnumerator(watching.Token);
        var next = states.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                Show(latest);
                if (latest.Phase.IsFinal() || (EndsWhenStranded && latest.Phase == MigrationPhase.Stranded))
                {
                    return latest;
                }

                await Task.WhenAny(next, Task.Delay(_display.Interval, environment.Clock, end));
                end.ThrowIfCancellationRequested();
                if (next.IsCompleted)
                {
                    if (!await next)
                    {
                        return latest;
                    }

                    latest = states.Current;
                    next = states.MoveNextAsync().AsTask();
                }
            }
        }
        finally
        {
            await watching.CancelAsync();
            await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await states.DisposeAsync();
        }
    }

    private void Show(Api.Migration migration)
    {
        // The end was at some time before now, and a clock may be set back; what is shown never runs backwards.
        var elapsed = ProgressText.Elapsed(migration, environment.Clock.GetUtcNow());
        _shownElapsed = elapsed > _shownElapsed ? elapsed : _shownElapsed;
        _display.Show(migration, _shownElapsed);
        IsRollingBack |= migration.Phase == MigrationPhase.RollingBack;
    }

    private void TellConnection(bool up) =>
        _display.Notice(up
            ? "The agent is back."
            : $"The agent went away; waiting up to {AgentClient.ReconnectLimit.TotalSeconds:0} s for it. The migration survives its restart.");

    private async Task WatchForInterruptAsync(MigrationId id, CancellationToken finished)
    {
        if (OnInterrupt is null)
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(environment.Interruption.First, finished);
        await Task.Delay(Timeout.InfiniteTimeSpan, environment.Clock, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (finished.IsCancellationRequested)
        {
            return;
        }

        _display.Notice("Aborting; waiting for the rollback. Ctrl-C again leaves it to the agent.");
        try
        {
            await OnInterrupt(id, finished);
            IsRollingBack = true;
        }
        catch (FailureException ex)
        {
            _display.Notice($"Not aborted: {ex.Message}");
        }
        catch (OperationCanceledException) when (finished.IsCancellationRequested)
        {
            // The migration was over, or the user would not wait, before the agent answered.
        }
    }
}
