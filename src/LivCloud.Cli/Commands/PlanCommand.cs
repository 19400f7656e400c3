using System.CommandLine;
using LivCloud.Cli.Completion;
using LivCloud.Cli.Output;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud plan`: what a migration would take, and how good earlier plans were.</summary>
internal static class PlanCommand
{
    public static Command Create(CliEnvironment environment, AgentNames names)
    {
        var vm = new Argument<string?>("VM") { Description = "The VM's name or UUID.", HelpName = "VM", Arity = ArgumentArity.ZeroOrOne };
        vm.CompletionSources.Add(names.Vms);
        var destination = new Option<HostName>("--to") { Description = "The host to move it to.", HelpName = "HOST", CustomParser = CommonArguments.ReadHost };
        destination.CompletionSources.Add(names.Hosts);
        var goals = new GoalOptions();
        var json = CommonArguments.Json();
        var command = new Command("plan", """
            Say what a migration would take: whether it should be made, by which strategy and why, how long it lasts, how long the guest is paused and what is sent.
            The VM and the path are looked at for some seconds; neither is changed.

            Examples:
              livcloud plan web1 --to beta
              livcloud plan web1 --to beta --deadline 10m --max-downtime 200ms
              livcloud plan web1 --to beta --json
              livcloud plan accuracy
            """)
        {
            vm, destination, json, Accuracy(environment),
        };
        goals.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(vm) is null || result.GetResult(destination) is null)
            {
                result.AddError("A plan needs a VM and --to HOST.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var request = goals.Read(parsed, parsed.GetRequiredValue(vm)!, parsed.GetRequiredValue(destination));
            return await PlanOutput.WriteAsync(agent, request, parsed.GetValue(json), environment, cancellationToken);
        });
        return command;
    }

    private static Command Accuracy(CliEnvironment environment)
    {
        var json = CommonArguments.Json();
        var command = new Command("accuracy", """
            Compare what was predicted of migrations that left this host with what they took.

            Examples:
              livcloud plan accuracy
              livcloud plan accuracy --json
            """) { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var accuracy = await agent.GetPlanAccuracyAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                await environment.Output.WriteJsonAsync(accuracy);
            }
            else
            {
                await environment.Output.WriteLineAsync(AccuracyText.Of(accuracy));
            }

            return ExitCode.Success;
        });
        return command;
    }
}
