using System.CommandLine;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Guests;

namespace LivCloud.Cli.Commands.Lab;

internal static class GuestCommands
{
    public static Command Create() => new("guest", "Starts and stops a guest.")
    {
        Act("start", "Starts a guest on the host that the lab file names, and waits until it answers.\n\nExample:\n  livcloud lab guest start demo vm1",
            async (guest, cancellationToken) =>
            {
                await guest.StartAsync(cancellationToken);
                await guest.WaitReadyAsync(null, cancellationToken);
            }),
        Act("stop", "Pulls a guest's plug, on whichever host it runs.\n\nExample:\n  livcloud lab guest stop demo vm1",
            (guest, cancellationToken) => guest.StopAsync(cancellationToken)),
    };

    private static Command Act(string verb, string description, Func<LabGuest, CancellationToken, Task> act)
    {
        var name = LabCommand.NameArgument();
        var guest = new Argument<string>("GUEST") { Description = "The guest's name." };
        var command = new Command(verb, description) { name, guest };
        command.SetAction((parsed, cancellationToken) => LabCommand.RunAsync(async () =>
        {
            var lab = RunningLab.Open(parsed.GetRequiredValue(name));
            await act(LabCommand.Find(lab.Guests, "guest", parsed.GetRequiredValue(guest), lab), cancellationToken);
            return ExitCode.Success;
        }));
        return command;
    }
}
