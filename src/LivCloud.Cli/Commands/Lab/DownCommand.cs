using System.CommandLine;
using LivCloud.Core;
using LivCloud.Lab;

namespace LivCloud.Cli.Commands.Lab;

internal static class DownCommand
{
    public static Command Create()
    {
        var name = LabCommand.CompleteNames(new Argument<string?>("NAME") { Description = "The lab's name; not needed when one lab is up.", Arity = ArgumentArity.ZeroOrOne });
        var all = new Option<bool>("--all") { Description = "Remove all labs of this machine." };
        var command = new Command("down", """
            Removes a lab: its processes, namespaces, disks and logs. Works also for a lab that came up only in part.

            Examples:
              livcloud lab down demo
              livcloud lab down --all
            """) { name, all };
        command.SetAction((parsed, cancellationToken) => LabCommand.RunAsync(async () =>
        {
            foreach (var lab in Choose(parsed.GetValue(name), parsed.GetValue(all)))
            {
                await RunningLab.DownAsync(lab, cancellationToken);
                Console.WriteLine($"The lab '{lab}' is gone.");
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static IReadOnlyList<string> Choose(string? name, bool all)
    {
        var labs = RunningLab.All();
        return (name, all, labs.Count) switch
        {
            (not null, true, _) => throw new LabException(LabError.Invalid, "Give a lab's name or --all, not both."),
            (not null, false, _) => [name],
            (null, true, _) => labs,
            (null, false, 1) => labs,
            (null, false, 0) => throw new LabException(LabError.NotFound, "No lab is up."),
            (null, false, _) => throw new LabException(LabError.Invalid, $"Several labs are up ({string.Join(", ", labs)}); name one, or give --all."),
        };
    }
}
