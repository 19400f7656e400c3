using System.CommandLine;
using System.CommandLine.Parsing;
using LivCloud.Api;
using LivCloud.Cli.Completion;
using LivCloud.Cli.Following;
using LivCloud.Cli.Output;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud migrate`: moves a running VM.</summary>
internal static class MigrateCommand
{
    private static readonly TimeSpan MinDowntime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxDowntime = TimeSpan.FromSeconds(60);

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
        var storage = CommonArguments.Choice<StorageMode>("--storage", "How its disks get there; auto copies those that the destination does not share. [default: auto]");
        var sourceDisk = CommonArguments.Choice<SourceDisk>("--source-disk", "What becomes of copied images at the source afterwards. [default: keep]");
        var downtime = new Option<TimeSpan>("--max-downtime")
        {
            Description = "The longest pause of the guest that is wanted, 1ms to 60s; refused where the path takes longer. [default: no goal]",
            HelpName = "TIME",
            CustomParser = ReadDowntime,
        };
        var bandwidth = new Option<Bandwidth?>("--max-bandwidth")
        {
            Description = "The most that may be sent, such as 200mbit. [default: no limit]",
            HelpName = "RATE",
            CustomParser = CommonArguments.ReadBandwidth,
        };
        var transport = CommonArguments.Choice<LinkTransport>("--transport", "What it is sent over; auto takes UDT where the round trip is long and UDP gets through. [default: as agent.yaml says]");
        var priority = CommonArguments.Choice<TrafficPriority>("--priority", "Whether it leaves a busy path to others until the guest is paused; over TCP it always shares. [default: background]");
        var dryRun = new Option<bool>("--dry-run") { Description = "Check whether it would work; change nothing." };
        var detach = new Option<bool>("--detach") { Description = "Start it, write its id and return." };
        var json = CommonArguments.Json();
        var command = new Command("migrate", """
            Move a running VM to another host.

            Examples:
              livcloud migrate web1 --to beta --dry-run
              livcloud migrate web1 --to beta
              livcloud migrate web1 --to beta --max-downtime 300ms --max-bandwidth 200mbit
              livcloud migrate web1 --to beta --transport tcp
              livcloud migrate web1 --to beta --priority normal
              livcloud migrate web1 --to beta --storage copy --source-disk rename --detach
            """)
        {
            vm, destination, storage, sourceDisk, downtime, bandwidth, transport, priority, dryRun, detach, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) && result.GetValue(detach))
            {
                result.AddError("--dry-run starts nothing that --detach could leave running; give one of them.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new MigrationRequest
            {
                Vm = parsed.GetRequiredValue(vm),
                Destination = parsed.GetRequiredValue(destination).ToString(),
                Storage = parsed.GetValue(storage),
                SourceDisk = parsed.GetValue(sourceDisk),
                Transport = parsed.GetResult(transport) is null ? null : parsed.GetValue(transport),
                Priority = parsed.GetValue(priority),
                MaxBandwidthBitsPerSecond = parsed.GetValue(bandwidth)?.BitsPerSecond,
            };
            request = parsed.GetResult(downtime) is null ? request : request with { MaxDowntimeMs = parsed.GetValue(downtime).TotalMilliseconds };
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

    private static TimeSpan ReadDowntime(ArgumentResult result)
    {
        if (!Duration.TryParse(result.Tokens[0].Value, out var downtime) || downtime < MinDowntime || downtime > MaxDowntime)
        {
            result.AddError($"'{result.Tokens[0].Value}' is not a downtime: write 1ms to 60s, such as 300ms.");
        }

        return downtime;
    }
}
