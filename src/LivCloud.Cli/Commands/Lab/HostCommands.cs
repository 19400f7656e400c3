using System.CommandLine;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Hosts;

namespace LivCloud.Cli.Commands.Lab;

internal static class HostCommands
{
    public static Command Create() => new("host", "Cuts a host's power and gives it back.")
    {
        Act("kill", "Cuts a host's power: its cables, then all of its processes at once.\n\nExample:\n  livcloud lab host kill demo h2",
            (host, cancellationToken) => host.PowerOffAsync(cancellationToken)),
        Act("start", "Gives a host power and waits for its libvirtd.\n\nExample:\n  livcloud lab host start demo h2",
            (host, cancellationToken) => host.StartAsync(cancellationToken)),
    };

    private static Command Act(string verb, string description, Func<LabHost, CancellationToken, Task> act)
    {
        var name = LabCommand.NameArgument();
        var host = new Argument<string>("HOST") { Description = "The host's name." };
        var command = new Command(verb, description) { name, host };
        command.SetAction((parsed, cancellationToken) => LabCommand.RunAsync(async () =>
        {
            var lab = RunningLab.Open(parsed.GetRequiredValue(name));
            await act(LabCommand.Find(lab.Hosts, "host", parsed.GetRequiredValue(host), lab), cancellationToken);
            return ExitCode.Success;
        }));
        return command;
    }
}
