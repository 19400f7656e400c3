using LivCloud.Cli.Output;

namespace LivCloud.Cli.Following;

/// <summary>Writes what became of a migration.</summary>
internal static class MigrationOutput
{
    /// <summary>Writes the report and returns the exit code.</summary>
    public static async Task<int> WriteOutcomeAsync(Api.Migration migration, bool json, CliEnvironment environment)
    {
        await WriteAsync(migration, json, environment.Output);
        if (migration.Phase == Core.MigrationPhase.Stranded)
        {
            await environment.Error.WriteLineAsync(
                $"help: the agent goes on asking {migration.Destination}; `livcloud migration watch {migration.Id}` follows it, "
                + $"`livcloud migration resolve {migration.Id} --keep source|destination` decides it.");
        }

        return MigrationExitCode.For(migration);
    }

    /// <summary>Writes a migration's state.</summary>
    public static async Task WriteAsync(Api.Migration migration, bool json, TextWriter output)
    {
        if (json)
        {
            await output.WriteJsonAsync(migration);
            return;
        }

        foreach (var line in ReportText.Of(migration))
        {
            await output.WriteLineAsync(line);
        }
    }
}
