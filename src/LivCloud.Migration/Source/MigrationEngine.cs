using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Planning;

namespace LivCloud.Migration.Source;

/// <summary>Owns every migration that leaves this host: starts them, follows them, and settles after a crash those that were under way.</summary>
public sealed class MigrationEngine : IAsyncDisposable
{
    /// <summary>How many past migrations are listed.</summary>
    public const int ListLimit = 500;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<MigrationId, MigrationRun> _runs = new();
    private readonly EnginePorts _ports;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Planner _planner;

    /// <summary>Makes an engine; nothing is done before <see cref="Start"/>.</summary>
    public MigrationEngine(EnginePorts ports)
    {
        _ports = ports;
        _planner = new Planner(ports);
    }

    /// <summary>Takes up again what an earlier run of the agent left open.</summary>
    public void Start()
    {
        foreach (var record in _ports.Journal.ListOpen())
        {
            MigrationLog.Recovering(_ports.Log, record.Id, record.Phase);
            StartRun(record, run => run.Recover());
        }
    }

    /// <summary>Finds out what a migration would do, without changing anything.</summary>
    /// <exception cref="FailureException">VM or host are not known, or the destination can not be reached.</exception>
    public async Task<PlanOutcome> PlanAsync(string vm, HostName destination, MigrationGoals goals, CancellationToken cancellationToken)
    {
        var facts = await _planner.FindAsync(vm, destination, cancellationToken).ConfigureAwait(false);
        var own = SourceChecks.Evaluate(facts, _ports.Self, goals);
        if (own.All(check => check.Passed) && SourceChecks.OtherMigrationCheck(facts, destination, _ports.Journal.ListOpen()) is { } obstacle)
        {
            return new PlanOutcome(facts, [.. own, obstacle], [], Channel: null);
        }

        var plan = await _planner.PlanAsync(MigrationId.Create(), facts, destination, goals, reserve: false, cancellationToken).ConfigureAwait(false);
        return await _planner.ForeseeAsync(plan, destination, goals, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts a migration; returns when it is in the journal.</summary>
    /// <exception cref="FailureException">VM or host are not known, the VM does not run or is being migrated, or the journal can not be written.</exception>
    public async Task<MigrationSnapshot> RequestAsync(string vm, HostName destination, MigrationGoals goals, CancellationToken cancellationToken)
    {
        var facts = await _planner.FindAsync(vm, destination, cancellationToken).ConfigureAwait(false);
        if (SourceChecks.Evaluate(facts, _ports.Self, goals).FirstOrDefault(check => !check.Passed) is { } obstacle)
        {
            throw obstacle.ToFailure().ToException();
        }

        var now = _ports.Clock.GetUtcNow();
        var record = new MigrationRecord
        {
            Id = MigrationId.Create(),
            Vm = facts.Name,
            VmUuid = facts.Uuid,
            Source = _ports.Self,
            Destination = destination,
            Goals = goals,
            RequestedAt = now,
            History = [new PhaseEntry(MigrationPhase.Requested, now)],
        };
        _ports.Journal.Add(record);
        return StartRun(record, run => run.Begin(_planner, facts)).Snapshot;
    }

    /// <summary>The migration of that id; null when there is none.</summary>
    public MigrationSnapshot? Find(MigrationId id) => _runs.TryGetValue(id, out var run)
        ? run.Snapshot
        : _ports.Journal.Find(id) is { } record ? new MigrationSnapshot(record, Progress: null, Path: null, BitsPerSecond: 0) : null;

    /// <summary>All migrations, newest first.</summary>
    public IReadOnlyList<MigrationSnapshot> List() =>
        [.. _ports.Journal.List(ListLimit).Select(record => Find(record.Id)).OfType<MigrationSnapshot>()];

    /// <summary>The id of the migration that moves a VM now; null when none does.</summary>
    public MigrationId? FindByVm(Guid vm) => _runs.Values.FirstOrDefault(run => run.Snapshot.Record is { } record && record.VmUuid == vm && !record.Phase.IsFinal())?.Snapshot.Record.Id;

    /// <summary>Each state of a migration from now on, the present one first; ends when it is over.</summary>
    /// <exception cref="FailureException">There is no such migration.</exception>
    public async IAsyncEnumerable<MigrationSnapshot> WatchAsync(MigrationId id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!_runs.TryGetValue(id, out var run))
        {
            yield return Find(id) ?? throw Unknown(id);
            yield break;
        }

        while (true)
        {
            var changed = run.NextChange;
            var snapshot = run.Snapshot;
            yield return snapshot;
            if (snapshot.Record.Phase.IsFinal())
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Each change of each migration from now on; never ends by itself.</summary>
    /// <remarks>Changes that come faster than they are read are told as one.</remarks>
    public async IAsyncEnumerable<MigrationSnapshot> WatchAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = List().ToDictionary(snapshot => snapshot.Record.Id);
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            foreach (var snapshot in List())
            {
                if (!told.TryGetValue(snapshot.Record.Id, out var last) || !ReferenceEquals(last, snapshot) && last.Record.Phase != snapshot.Record.Phase)
                {
                    told[snapshot.Record.Id] = snapshot;
                    yield return snapshot;
                }
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks a migration to roll back; returns at once.</summary>
    /// <exception cref="FailureException">There is no such migration, or it is too late to go back.</exception>
    public void Abort(MigrationId id) => Run(id, "aborted").Abort(new Failure(FailureCode.Aborted, $"Migration {id} was aborted by a user."));

    /// <summary>Tells a stranded migration who has the VM, by an operator who has made sure of it.</summary>
    /// <param name="id">The migration.</param>
    /// <param name="destinationHasIt">true: the guest runs at the destination; false: the destination's copy is gone for good.</param>
    /// <exception cref="FailureException">There is no such migration, or it is not stranded.</exception>
    public void Resolve(MigrationId id, bool destinationHasIt) => Run(id, "resolved").Resolve(destinationHasIt);

    /// <summary>Changes the most that a migration's session may send.</summary>
    /// <exception cref="FailureException">There is no such migration under way.</exception>
    public void SetBandwidth(MigrationId id, Bandwidth? cap) => Run(id, "limited").SetBandwidth(cap);

    /// <summary>Begins to roll back what can still go back; returns at once.</summary>
    public void Stop()
    {
        foreach (var run in _runs.Values)
        {
            run.Stop();
        }
    }

    /// <summary>Rolls back what can still go back and leaves the rest to the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop();
        await Task.WhenAll(_runs.Values.Select(run => run.Completion)).WaitAsync(StopPatience, _ports.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private MigrationRun StartRun(MigrationRecord record, Action<MigrationRun> start)
    {
        var run = new MigrationRun(_ports, record, TellChange);
        _runs[record.Id] = run;
        start(run);
        _ = run.Completion.ContinueWith(_ => _runs.TryRemove(record.Id, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return run;
    }

    private void TellChange() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private MigrationRun Run(MigrationId id, string verb) => _runs.TryGetValue(id, out var run)
        ? run
        : throw (_ports.Journal.Find(id) is { } record
            ? new FailureException(FailureCode.WrongPhase, $"Migration {id} can not be {verb} because it is {record.Phase}.")
            : Unknown(id));

    private static FailureException Unknown(MigrationId id) =>
        new(FailureCode.UnknownMigration, $"There is no migration {id} here.", "`livcloud migration list` shows them; ask the agent of the source host.");
}
