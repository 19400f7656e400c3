using System.Text.Json;
using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Planning;
using Microsoft.Data.Sqlite;

namespace LivCloud.Agent.Journal;

/// <summary>Migrations in the agent's database; a unique index holds that a VM is in one open migration at most.</summary>
/// <param name="database">The database.</param>
public sealed class MigrationJournal(JournalDatabase database) : IMigrationJournal
{
    /// <inheritdoc/>
    public void Add(MigrationRecord record)
    {
        try
        {
            database.Execute(
                "INSERT INTO migrations (id, vm, requested, final, pending, document) VALUES ($id, $vm, $requested, $final, $pending, $document)",
                [.. Columns(record), ("$vm", record.VmUuid.ToString()), ("$requested", record.RequestedAt.UtcTicks)]);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == JournalDatabase.ConstraintViolation)
        {
            var other = ListOpen().FirstOrDefault(open => open.VmUuid == record.VmUuid && !open.Phase.IsFinal());
            throw other is not null
                ? SourceChecks.AlreadyMigrating(record.Vm, record.Destination, other).ToFailure().ToException()
                : new FailureException(FailureCode.AlreadyMigrating, $"{record.Vm} was being moved by another migration, which has just ended.", "Try again.", exception);
        }
    }

    /// <inheritdoc/>
    public void Update(MigrationRecord record) =>
        database.Execute("UPDATE migrations SET final = $final, pending = $pending, document = $document WHERE id = $id", Columns(record));

    /// <inheritdoc/>
    public MigrationRecord? Find(MigrationId id) =>
        database.Query<MigrationRecord>("SELECT document FROM migrations WHERE id = $id", ("$id", id.ToString())).FirstOrDefault();

    /// <inheritdoc/>
    public IReadOnlyList<MigrationRecord> List(int limit) =>
        database.Query<MigrationRecord>("SELECT document FROM migrations ORDER BY requested DESC LIMIT $limit", ("$limit", limit));

    /// <inheritdoc/>
    public IReadOnlyList<MigrationRecord> ListOpen() =>
        database.Query<MigrationRecord>("SELECT document FROM migrations WHERE final = 0 OR pending = 1 ORDER BY requested");

    private static (string Name, object Value)[] Columns(MigrationRecord record) =>
    [
        ("$id", record.Id.ToString()), ("$final", record.Phase.IsFinal() ? 1 : 0), ("$pending", record.CleanupPending ? 1 : 0),
        ("$document", JsonSerializer.Serialize(record, AgentJson.Options)),
    ];
}
