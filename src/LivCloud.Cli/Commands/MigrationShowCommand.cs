using System.CommandLine;
using LivCloud.Cli.Completion;
using LivCloud.Cli.Following;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud migration show`: where one migration stands, or its report.</summary>
internal static class MigrationShowCommand
{
    public static Command Create(CliEnvironment environment, AgentNames names)
    {
        var id = CommonArguments.MigrationId(names);
        var json = CommonArguments.Json();
        var command = new Command("show", """
            Show where a migration stands, or its report.

            Examples:
              livcloud migration show k3f
              livcloud migration show k3f --json
            """) { id, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var migration = await agent.FindMigrationAsync(parsed.GetRequiredValue(id), cancellationToken);
            await MigrationOutput.WriteAsync(migration, parsed.GetValue(json), environment.Output);
            if (!parsed.GetValue(json) && migration.Progress is not null)
            {
                await environment.Output.WriteLineAsync($"progress     {ProgressText.Line(migration, ProgressText.Elapsed(migration, environment.Clock.GetUtcNow()))}");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
