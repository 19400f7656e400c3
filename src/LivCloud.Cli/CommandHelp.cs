using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace LivCloud.Cli;

/// <summary>`--help`: a command's own description with its examples; of the commands below it one line each.</summary>
/// <param name="help">Writes the help.</param>
/// <param name="agent">"--agent", which is shown only where it means something.</param>
/// <param name="clients">The commands that speak to an agent.</param>
internal sealed class CommandHelp(HelpAction help, Option agent, IReadOnlyCollection<Command> clients) : SynchronousCommandLineAction
{
    /// <summary>Makes `--help` and `-h` of a command line do this.</summary>
    public static void Install(RootCommand root, Option agent, IReadOnlyCollection<Command> clients)
    {
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        var option = new HelpOption("--help", "-h") { Description = "Show this." };
        option.Action = new CommandHelp((HelpAction)option.Action!, agent, clients);
        root.Add(option);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        // The process ends after this, so the command line may be changed: a list of commands would repeat all their examples, and show
        // arguments that may be left out like those that may not.
        var command = parseResult.CommandResult.Command;
        foreach (var below in command.Subcommands)
        {
            below.Description = below.Description?.Split('\n')[0];
            foreach (var argument in below.Arguments)
            {
                argument.Hidden = true;
            }
        }

        agent.Hidden = command is not RootCommand && !clients.Any(client => Holds(client, command));
        return help.Invoke(parseResult);
    }

    private static bool Holds(Command above, Command command) => above == command || above.Subcommands.Any(below => Holds(below, command));
}
