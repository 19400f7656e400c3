using System.CommandLine;
using System.CommandLine.Completions;
using LivCloud.Core;
using LivCloud.Lab;

namespace LivCloud.Cli.Commands.Lab;

/// <summary>`livcloud lab`: sites, hosts, links and guests on one machine.</summary>
public static class LabCommand
{
    /// <summary>Makes the command with all that is below it.</summary>
    /// <param name="environment">Where output goes and interrupts come from.</param>
    internal static Command Create(CliEnvironment environment) => new("lab", """
        Builds sites, hosts, links and guests on this machine, for trying, testing and measuring. Needs root.

        Examples:
          livcloud lab up lab/topologies/demo.yaml
          livcloud lab exec demo h1 -- virsh list
          livcloud lab link set demo wan --rate 50mbit --loss 0.1%
          livcloud lab link cut demo wan --for 20s
          livcloud lab down demo
          livcloud lab demo lab/topologies/demo.yaml
        """)
    {
        UpCommand.Create(),
        DownCommand.Create(),
        StatusCommand.Create(),
        ExecCommand.Create(),
        LinkCommands.Create(),
        HostCommands.Create(),
        GuestCommands.Create(),
        LinkEmulatorCommand.Create(),
        ClientCommand.Create(),
        DemoCommand.Create(environment),
    };

    /// <summary>Runs a command's body; a failure becomes one sentence on standard error and an exit code.</summary>
    internal static async Task<int> RunAsync(Func<Task<int>> body)
    {
        try
        {
            return await body();
        }
        catch (LabException ex)
        {
            await Console.Error.WriteLineAsync($"livcloud lab: {ex.Message}");
            return ex.Error switch
            {
                LabError.Invalid => ExitCode.Usage,
                LabError.NotFound => ExitCode.NotFound,
                LabError.Conflict => ExitCode.Conflict,
                LabError.Unsupported or LabError.Failed => ExitCode.Failure,
            };
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("livcloud lab: interrupted.");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>The argument that names a lab.</summary>
    internal static Argument<string> NameArgument() => CompleteNames(new Argument<string>("NAME") { Description = "The lab's name." });

    /// <summary>Lets the shell complete the names of the labs of this machine.</summary>
    internal static T CompleteNames<T>(T name)
        where T : Argument
    {
        name.CompletionSources.Add(_ => RunningLab.All().Select(lab => new CompletionItem(lab)));
        return name;
    }

    /// <summary>Finds something of a lab by name.</summary>
    internal static T Find<T>(IReadOnlyDictionary<string, T> things, string kind, string name, RunningLab lab) => things.TryGetValue(name, out var thing)
        ? thing
        : throw new LabException(LabError.NotFound, $"There is no {kind} '{name}' in the lab '{lab.Name}'; there are: {string.Join(", ", things.Keys)}.");
}
