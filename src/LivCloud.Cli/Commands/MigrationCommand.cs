using System.CommandLine;
using LivCloud.Cli.Completion;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud migration`: the migrations in the agent's journal.</summary>
internal static class MigrationCommand
{
    public static Command Create(CliEnvironment environment, AgentNames names) => new("migration", "Show, follow and decide migrations.")
    {
        MigrationListCommand.Create(environment),
        MigrationShowCommand.Create(environment, names),
        MigrationWatchCommand.Create(environment, names),
        MigrationAbortCommand.Create(environment, names),
        MigrationLimitCommand.Create(environment, names),
        MigrationResolveCommand.Create(environment, names),
    };
}
