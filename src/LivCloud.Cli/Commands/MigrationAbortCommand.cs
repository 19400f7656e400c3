using System.CommandLine;
using LivCloud.Cli.Completion;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud migration abort`: asks for a rollback.</summary>
internal static class MigrationAbortCommand
{
    public static Command Create(CliEnvironment environment, AgentNames names)
    {
        var id = CommonArguments.MigrationId(names);
        var command = new Command("abort", """
            Abort a migration; the VM goes on at the source.

            Example:
              livcloud migration abort k3f
            """) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var migration = await agent.FindMigrationAsync(parsed.GetRequiredValue(id), cancellationToken);
            await agent.AbortMigrationAsync(MigrationId.Parse(migration.Id), cancellationToken);
            await environment.Error.WriteLineAsync($"Aborting {migration.Id}; `livcloud migration watch {migration.Id}` follows the rollback.");
            return ExitCode.Success;
        });
        return command;
    }
}
