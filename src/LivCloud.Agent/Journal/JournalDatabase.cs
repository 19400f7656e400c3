using System.Text.Json;
using LivCloud.Core;
using Microsoft.Data.Sqlite;

namespace LivCloud.Agent.Journal;

/// <summary>The agent's SQLite file. Every write is on the disk when it returns (synchronous=FULL).</summary>
/// <remarks>Documents are JSON in one column; what is searched for has a column of its own. One connection, one caller at a time.</remarks>
public sealed class JournalDatabase : IDisposable
{
    private const int SchemaVersion = 1;

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private JournalDatabase(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    /// <summary>Opens the journal in a directory, which is made when it is not there.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.JournalUnwritable"/>.</exception>
    public static JournalDatabase Open(string directory)
    {
        var path = Path.Combine(directory, "journal.db");
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            var database = new JournalDatabase(connection, path);
            database.Prepare();
            return database;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            throw Unwritable(path, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }

    /// <summary>Runs a statement that changes something and returns how many rows it changed.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.JournalUnwritable"/>.</exception>
    internal int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        lock (_lock)
        {
            try
            {
                using var command = Command(sql, parameters);
                return command.ExecuteNonQuery();
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode != ConstraintViolation)
            {
                throw Unwritable(_path, exception);
            }
        }
    }

    /// <summary>Reads the documents that a query selects.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.JournalUnwritable"/>: nor can it be read.</exception>
    internal List<T> Query<T>(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        lock (_lock)
        {
            try
            {
                using var command = Command(sql, parameters);
                using var reader = command.ExecuteReader();
                var documents = new List<T>();
                while (reader.Read())
                {
                    documents.Add(JsonSerializer.Deserialize<T>(reader.GetString(0), AgentJson.Options)!);
                }

                return documents;
            }
            catch (Exception exception) when (exception is SqliteException or JsonException)
            {
                throw Unwritable(_path, exception);
            }
        }
    }

    /// <summary>SQLITE_CONSTRAINT.</summary>
    internal const int ConstraintViolation = 19;

    private void Prepare()
    {
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
        Execute("""
            CREATE TABLE IF NOT EXISTS migrations (
                id TEXT PRIMARY KEY, vm TEXT NOT NULL, requested INTEGER NOT NULL, final INTEGER NOT NULL, pending INTEGER NOT NULL, document TEXT NOT NULL)
            """);
        Execute("CREATE UNIQUE INDEX IF NOT EXISTS one_migration_per_vm ON migrations(vm) WHERE final = 0");
        Execute("CREATE TABLE IF NOT EXISTS reservations (id TEXT PRIMARY KEY, open INTEGER NOT NULL, document TEXT NOT NULL)");
        Execute($"PRAGMA user_version={SchemaVersion}");
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Statements are constants of this project; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private static FailureException Unwritable(string path, Exception exception) => new(
        FailureCode.JournalUnwritable, $"The journal {path} could not be used: {exception.Message.TrimEnd('.')}.",
        $"Free space on the file system of {path} and check that it is writable.", exception);
}
