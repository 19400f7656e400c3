using System.CommandLine;
using System.Globalization;
using LivCloud.Cli.Output;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud host`: the hosts that the agent knows.</summary>
internal static class HostCommand
{
    public static Command Create(CliEnvironment environment) => new("host", "Show hosts.") { CreateList(environment) };

    private static Command CreateList(CliEnvironment environment)
    {
        var json = CommonArguments.Json();
        var command = new Command("list", """
            List this host and its peers. KVM: whether libvirt offers it there; that it works shows when a guest starts with it.

            Examples:
              livcloud host list
              livcloud host list --json
            """) { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var hosts = await agent.ListHostsAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                await environment.Output.WriteJsonAsync(hosts);
                return ExitCode.Success;
            }

            var table = new TextTable("NAME", "ADDRESS", "STATUS", "CPUS", "MEMORY FREE", "VMS", "KVM", "RTT", "TRANSPORT");
            foreach (var host in hosts)
            {
                table.Add(Cells(host));
            }

            await environment.Output.WriteLineAsync(table.ToString());
            foreach (var host in hosts.Where(host => host.Problem is not null))
            {
                await environment.Error.WriteLineAsync($"{host.Name}: {host.Problem}");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string[] Cells(Api.Host host) =>
    [
        host.Name,
        host.Address,
        host.IsLocal ? "local" : host.Reachable ? "reachable" : "not answering",
        host.Capacity is { } cpus ? $"{cpus.Cpus}" : "",
        host.Capacity is { } memory ? $"{new ByteSize(memory.MemoryFreeBytes)} of {new ByteSize(memory.MemoryBytes)}" : "",
        host.Capacity is { } vms ? $"{vms.RunningVms}" : "",
        host.Capacity is { } kvm ? kvm.OffersKvm ? "offered" : "no" : "",
        host.Channel is { } way ? string.Create(CultureInfo.InvariantCulture, $"{way.RoundTripMs:0.0} ms") : "",
        host.Channel is { } channel ? $"{channel.Transport}, {channel.Cipher}" : "",
    ];
}
