using System.CommandLine;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Links;

namespace LivCloud.Cli.Commands.Lab;

/// <summary>The process that plays a link; `livcloud lab up` starts it.</summary>
internal static class LinkEmulatorCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("LINK");
        var left = new Argument<string>("LEFT");
        var right = new Argument<string>("RIGHT");
        var socket = new Argument<string>("SOCKET");
        var options = new LinkOptions();
        var command = new Command("link-emulator", "Plays a link between two network namespaces.") { name, left, right, socket };
        command.Hidden = true;
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => LabCommand.RunAsync(async () =>
        {
            var settings = new LinkSettings(
                parsed.GetValue(options.Rate) ?? throw new LabException(LabError.Invalid, "--rate is missing."),
                parsed.GetValue(options.Delay) ?? TimeSpan.Zero,
                parsed.GetValue(options.Jitter) ?? TimeSpan.Zero,
                parsed.GetValue(options.Loss) ?? 0,
                parsed.GetValue(options.Queue) ?? LinkSettings.DefaultQueue,
                parsed.GetValue(options.Seed) ?? 1,
                parsed.GetValue(options.Grain) ?? LinkSettings.DefaultGrain)
            {
                UdpRate = parsed.GetValue(options.UdpRate) ?? default,
                Mtu = parsed.GetValue(options.Mtu) ?? 0,
            };
            await LinkEmulator.RunAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(left), parsed.GetRequiredValue(right), settings,
                parsed.GetRequiredValue(socket), cancellationToken);
            return ExitCode.Success;
        }));
        return command;
    }
}
