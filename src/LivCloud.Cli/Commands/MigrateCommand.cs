using System.CommandLine;
using LivCloud.Api;
using LivCloud.Cli.Completion;
using LivCloud.Cli.Following;
using LivCloud.Cli.Output;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud migrate`: moves a running VM.</summary>
internal static class MigrateCommand
{
    public static Command Create(CliEnvironment environment, AgentNames names)
    {
        var vm = new Argument<string>("VM") { Description = "The VM's name or UUID.", HelpName = "VM" };
        vm.CompletionSources.Add(names.Vms);
        var destination = new Option<HostName>("--to")
        {
            Description = "The host to move it to.",
            HelpName = "HOST",
            Required = true,
            CustomParser = CommonArguments.ReadHost,
        };
        destination.CompletionSources.Add(names.Hosts);
        var sourceDisk = CommonArguments.Choice<SourceDisk>("--source-disk", "What becomes of copied images at the source afterwards. [default: keep]");
        var goals = new GoalOptions();
        var dryRun = new Option<bool>("--dry-run") { Description = "Check whether it would work; change nothing." };
        var detach = new Option<bool>("--detach") { Description = "Start it, write its id and return." };
        var json = CommonArguments.Json();
        var command = new Command("migrate", """
            Move a running VM to another host.

            Examples:
              livcloud migrate web1 --to beta --dry-run
              livcloud migrate web1 --to beta
              livcloud migrate web1 --to beta --max-downtime 300ms --max-bandwidth 200mbit
              livcloud migrate web1 --to beta --deadline 10m
              livcloud migrate web1 --to beta --transport tcp
              livcloud migrate web1 --to beta --priority normal
              livcloud migrate web1 --to beta --storage copy --source-disk rename --detach
            """)
        {
            vm, destination, sourceDisk, dryRun, detach, json,
        };
        goals.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) && result.GetValue(detach))
            {
                result.AddError("--dry-run starts nothing that --detach could leave running; give one of them.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = goals.Read(parsed, parsed.GetRequiredValue(vm), parsed.GetRequiredValue(destination)) with { SourceDisk = parsed.GetValue(sourceDisk) };
            using var agent = parsed.Client(environment);
            if (parsed.GetValue(dryRun))
            {
                return await PlanOutput.WriteAsync(agent, request, parsed.GetValue(json), environment, cancellationToken);
            }

            if (await StartAsync(agent, request, environment) is not { } migration)
            {
                return ExitCode.Interrupted;
            }

            return parsed.GetValue(detach)
                ? await DetachAsync(agent, migration, parsed.GetValue(json), environment)
                : await FollowAsync(agent, migration, parsed.GetValue(json), environment);
        });
        return command;
    }

    /// <summary>Starts a migration. The first Ctrl-C waits for the answer: what the agent may have started by then has an id only in it, by which it can be aborted.</summary>
    /// <returns>null when the user would not wait for the answer.</returns>
    private static async Task<Api.Migration?> StartAsync(AgentClient agent, MigrationRequest request, CliEnvironment environment)
    {
        try
        {
            return await agent.StartMigrationAsync(request, environment.Interruption.Leave);
        }
        catch (OperationCanceledException) when (environment.Interruption.Leave.IsCancellationRequested)
        {
            await environment.Error.WriteLineAsync(
                $"livcloud: The agent was asked to migrate {request.Vm} and has not answered; the migration may have been started.\n"
                + "help: `livcloud migration list` shows it if so, `livcloud migration abort ID` aborts it.");
            return null;
        }
    }

    private static async Task<int> DetachAsync(AgentClient agent, Api.Migration migration, bool json, CliEnvironment environment)
    {
        var interruption = environment.Interruption;
        if (interruption.First.IsCancellationRequested && !interruption.Leave.IsCancellationRequested)
        {
            await agent.AbortMigrationAsync(MigrationId.Parse(migration.Id), interruption.Leave);
            await environment.Error.WriteLineAsync(
                $"livcloud: The migration {migration.Id} had been started and is being aborted.\nhelp: `livcloud migration watch {migration.Id}` follows the rollback.");
            return ExitCode.Interrupted;
        }

        if (json)
        {
            await environment.Output.WriteJsonAsync(migration);
        }
        else
        {
            await environment.Output.WriteLineAsync(migration.Id);
            await environment.Error.WriteLineAsync($"`livcloud migration watch {migration.Id}` follows it.");
        }

        return ExitCode.Success;
    }

    private static async Task<int> FollowAsync(AgentClient agent, Api.Migration migration, bool json, CliEnvironment environment)
    {
        var follower = new Follower(agent, environment) { EndsWhenStranded = true, OnInterrupt = agent.AbortMigrationAsync };
        var last = await follower.RunAsync(migration);
        if (last is not null)
        {
            return await MigrationOutput.WriteOutcomeAsync(last, json, environment);
        }

        await environment.Error.WriteLineAsync(
            $"livcloud: The {(follower.IsRollingBack ? "rollback of " : "")}migration {migration.Id} goes on without this command.\nhelp: `livcloud migration watch {migration.Id}` follows it again.");
        return ExitCode.Interrupted;
    }
}
