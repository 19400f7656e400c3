using System.CommandLine;
using System.Net;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Measuring;

namespace LivCloud.Cli.Commands.Lab;

/// <summary>The measuring client's process; tests and the demo start it.</summary>
internal static class ClientCommand
{
    public static Command Create()
    {
        var target = new Argument<string>("ADDRESS");
        var command = new Command("client", "Measures a guest from inside the client's network namespace.") { target };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => LabCommand.RunAsync(async () =>
        {
            if (!IPAddress.TryParse(parsed.GetRequiredValue(target), out var address))
            {
                throw new LabException(LabError.Invalid, $"'{parsed.GetRequiredValue(target)}' is no IP address.");
            }

            await MeasuringProcess.RunAsync(address, Console.In, Console.Out, cancellationToken);
            return ExitCode.Success;
        }));
        return command;
    }
}
