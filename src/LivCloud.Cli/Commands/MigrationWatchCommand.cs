using System.CommandLine;
using LivCloud.Cli.Completion;
using LivCloud.Cli.Following;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud migration watch`: follows a migration to its end; Ctrl-C ends only the watching.</summary>
internal static class MigrationWatchCommand
{
    public static Command Create(CliEnvironment environment, AgentNames names)
    {
        var id = CommonArguments.MigrationId(names);
        var json = CommonArguments.Json();
        var command = new Command("watch", """
            Follow a migration until it is over; Ctrl-C does not abort it.

            Example:
              livcloud migration watch k3f
            """) { id, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var migration = await agent.FindMigrationAsync(parsed.GetRequiredValue(id), cancellationToken);
            var last = await new Follower(agent, environment).RunAsync(migration);
            return last is null ? ExitCode.Interrupted : await MigrationOutput.WriteOutcomeAsync(last, parsed.GetValue(json), environment);
        });
        return command;
    }
}
