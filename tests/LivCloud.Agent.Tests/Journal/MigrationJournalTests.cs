using LivCloud.Agent.Journal;
using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Planning;

namespace LivCloud.Agent.Tests.Journal;

public sealed class MigrationJournalTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_was_written_is_there_after_a_restart()
    {
        var record = Record() with
        {
            Emulator = new EmulatorIdentity(42, 4711, "boot"),
            Failure = new Failure(FailureCode.LinkLost, "It was lost.", "Wait."),
            CopiedImages = [new CopiedImage("/images/web.qcow2", "1-2-3")],
            Measurements = new Measurements { Downtime = TimeSpan.FromMilliseconds(80), WireBytes = 5 },
        };
        Write(journal => journal.Add(record));

        using var database = JournalDatabase.Open(_directory.Path);
        var read = new MigrationJournal(database).Find(record.Id)!;
        Assert.Equal(record.Phase, read.Phase);
        Assert.Equal(record.Emulator, read.Emulator);
        Assert.Equal(record.Failure, read.Failure);
        Assert.Equal(record.CopiedImages, read.CopiedImages);
        Assert.Equal(record.Measurements, read.Measurements);
        Assert.Equal(record.Goals, read.Goals);
    }

    [Fact]
    public void A_vm_is_in_one_open_migration_at_most()
    {
        using var database = JournalDatabase.Open(_directory.Path);
        var journal = new MigrationJournal(database);
        var first = Record();
        journal.Add(first);

        var failure = Assert.Throws<FailureException>(() => journal.Add(Record()));
        Assert.Equal(FailureCode.AlreadyMigrating, failure.Code);
        Assert.Contains(first.Id.ToString(), failure.Message, StringComparison.Ordinal);

        journal.Update(first.Enter(MigrationPhase.RolledBack, Noon));
        journal.Add(Record());
    }

    [Fact]
    public void Open_are_those_that_are_not_over_and_those_with_cleanup_pending()
    {
        using var database = JournalDatabase.Open(_directory.Path);
        var journal = new MigrationJournal(database);
        var over = Record(Guid.NewGuid());
        var pending = Record(Guid.NewGuid());
        var open = Record(Guid.NewGuid());
        foreach (var record in new[] { over, pending, open })
        {
            journal.Add(record);
        }

        journal.Update(over.Enter(MigrationPhase.RolledBack, Noon));
        journal.Update(pending.Enter(MigrationPhase.RolledBack, Noon) with { CleanupPending = true });
        Assert.Equal(new[] { pending.Id, open.Id }.Order(ById), journal.ListOpen().Select(record => record.Id).Order(ById));
    }

    [Fact]
    public void The_newest_is_listed_first()
    {
        using var database = JournalDatabase.Open(_directory.Path);
        var journal = new MigrationJournal(database);
        var older = Record(Guid.NewGuid());
        var newer = Record(Guid.NewGuid()) with { RequestedAt = Noon.AddMinutes(1) };
        journal.Add(older);
        journal.Add(newer);
        Assert.Equal([newer.Id, older.Id], journal.List(10).Select(record => record.Id));
    }

    [Fact]
    public void A_directory_that_can_not_be_made_is_told()
    {
        File.WriteAllText(_directory.File("file"), "");
        var failure = Assert.Throws<FailureException>(() => JournalDatabase.Open(_directory.File("file/below")));
        Assert.Equal(FailureCode.JournalUnwritable, failure.Code);
        Assert.NotNull(failure.Remedy);
    }

    private static readonly Comparer<MigrationId> ById = Comparer<MigrationId>.Create((left, right) => string.CompareOrdinal(left.ToString(), right.ToString()));

    private static MigrationRecord Record(Guid? vm = null) => new()
    {
        Id = MigrationId.Create(),
        Vm = "web",
        VmUuid = vm ?? Guid.Parse("5b0a6f1e-2b1f-4a53-9a3d-0d1b8a3f6f10"),
        Source = HostName.Parse("alpha"),
        Destination = HostName.Parse("beta"),
        Goals = new MigrationGoals(StorageMode.Auto, SourceDisk.Rename, TimeSpan.FromMilliseconds(300), new Bandwidth(1_000_000)),
        RequestedAt = Noon,
        History = [new PhaseEntry(MigrationPhase.Requested, Noon)],
    };

    private void Write(Action<MigrationJournal> write)
    {
        using var database = JournalDatabase.Open(_directory.Path);
        write(new MigrationJournal(database));
    }
}
