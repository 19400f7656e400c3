using LivCloud.Core;

namespace LivCloud.Migration.Journal;

/// <summary>The migrations that left, or try to leave, this host. Every write is on the disk when the call returns.</summary>
public interface IMigrationJournal
{
    /// <summary>Adds a migration.</summary>
    /// <exception cref="FailureException">
    /// <see cref="FailureCode.AlreadyMigrating"/>: another migration of that VM is not over; <see cref="FailureCode.JournalUnwritable"/>.
    /// </exception>
    void Add(MigrationRecord record);

    /// <summary>Replaces what is known of a migration.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.JournalUnwritable"/>.</exception>
    void Update(MigrationRecord record);

    /// <summary>The migration of that id; null when there is none.</summary>
    MigrationRecord? Find(MigrationId id);

    /// <summary>All migrations, newest first, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<MigrationRecord> List(int limit);

    /// <summary>Those that are not over, or whose cleanup is pending.</summary>
    IReadOnlyList<MigrationRecord> ListOpen();
}
