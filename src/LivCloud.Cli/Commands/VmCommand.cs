using System.CommandLine;
using LivCloud.Cli.Output;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud vm`: the VMs on the agent's host.</summary>
internal static class VmCommand
{
    public static Command Create(CliEnvironment environment) => new("vm", "Show virtual machines.") { CreateList(environment) };

    private static Command CreateList(CliEnvironment environment)
    {
        var json = CommonArguments.Json();
        var command = new Command("list", """
            List the VMs on this host.

            Examples:
              livcloud vm list
              livcloud vm list --json --agent /run/livcloud/agent.sock
            """) { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var vms = await agent.ListVmsAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                await environment.Output.WriteJsonAsync(vms);
                return ExitCode.Success;
            }

            var table = new TextTable("NAME", "STATE", "CPUS", "MEMORY", "HOST", "MIGRATION");
            foreach (var vm in vms)
            {
                table.Add(vm.Name, vm.State, $"{vm.VirtualCpus}", $"{new ByteSize(vm.MemoryBytes)}", vm.Host, vm.MigrationId ?? "");
            }

            await environment.Output.WriteLineAsync(table.ToString());
            return ExitCode.Success;
        });
        return command;
    }
}
