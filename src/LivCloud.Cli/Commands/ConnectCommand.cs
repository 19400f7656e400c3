using System.CommandLine;
using LivCloud.Cli.Completion;
using LivCloud.Cli.Connecting;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud connect`: gives local libvirt clients a host's libvirt daemon.</summary>
internal static class ConnectCommand
{
    public static Command Create(CliEnvironment environment, AgentNames names)
    {
        var host = CommonArguments.Host("The host whose libvirt to use.", names);
        var socket = new Option<string?>("--socket")
        {
            Description = "The socket to make. [default: livcloud/connect/HOST.sock in XDG_RUNTIME_DIR or /run]",
            HelpName = "PATH",
        };
        var program = new Argument<string[]>("COMMAND")
        {
            Description = "A program to run with LIBVIRT_DEFAULT_URI set, after `--`; its end is the connection's.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("connect", """
            Use a host's libvirt with virsh, virt-manager or another program.

            Examples:
              livcloud connect beta
              livcloud connect beta -- virsh list --all
            """) { host, socket, program };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var name = (await agent.GetHostAsync(parsed.GetRequiredValue(host), cancellationToken)).Name;
            var path = parsed.GetValue(socket) ?? DefaultSocketPath(name, environment);
            using var door = LocalDoor.Open(Path.GetFullPath(path));
            using var finished = new CancellationTokenSource();
            var relaying = door.RelayAsync(
                connecting => agent.ConnectToHostAsync(HostName.Parse(name), connecting),
                failure => environment.Error.WriteLine($"livcloud: {failure.Message}{(failure.Remedy is null ? "" : $"\nhelp: {failure.Remedy}")}"),
                finished.Token);
            try
            {
                return await UseAsync(name, door, parsed.GetValue(program) ?? [], environment);
            }
            finally
            {
                await finished.CancelAsync();
                await relaying;
            }
        });
        return command;
    }

    private static async Task<int> UseAsync(string host, LocalDoor door, string[] program, CliEnvironment environment)
    {
        if (program.Length > 0)
        {
            return await ChildProgram.RunAsync(program, ("LIBVIRT_DEFAULT_URI", door.LibvirtUri), environment.Interruption);
        }

        await environment.Output.WriteLineAsync(
            $"""
            {door.LibvirtUri}

            leads to libvirt on {host} until Ctrl-C:
              virsh -c '{door.LibvirtUri}' list
              virt-manager -c '{door.LibvirtUri}'
            """);
        await environment.Output.FlushAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, environment.Clock, environment.Interruption.First)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Interrupted;
    }

    private static string DefaultSocketPath(string host, CliEnvironment environment) =>
        Path.Combine(environment.Variable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? runtime : "/run", "livcloud", "connect", $"{host}.sock");
}
