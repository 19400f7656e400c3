using System.CommandLine;
using LivCloud.Api;
using LivCloud.Cli.Completion;
using LivCloud.Cli.Following;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud migration resolve`: decides a stranded migration.</summary>
internal static class MigrationResolveCommand
{
    public static Command Create(CliEnvironment environment, AgentNames names)
    {
        var id = CommonArguments.MigrationId(names);
        var keep = CommonArguments.Choice<VmCopy>("--keep", "The copy of the VM that goes on. destination destroys the stopped copy at the source; source destroys nothing at the destination, so make sure first that no copy can run there.");
        keep.Required = true;
        var json = CommonArguments.Json();
        var command = new Command("resolve", """
            Decide a stranded migration: which copy of the VM goes on.

            Examples:
              livcloud migration resolve k3f --keep destination
              livcloud migration resolve k3f --keep source
            """) { id, keep, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var migration = await agent.FindMigrationAsync(parsed.GetRequiredValue(id), cancellationToken);
            var resolved = await agent.ResolveMigrationAsync(MigrationId.Parse(migration.Id), parsed.GetRequiredValue(keep), cancellationToken);
            await MigrationOutput.WriteAsync(resolved, parsed.GetValue(json), environment.Output);
            return ExitCode.Success;
        });
        return command;
    }
}
