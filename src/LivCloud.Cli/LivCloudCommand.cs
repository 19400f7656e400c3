using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using LivCloud.Cli.Commands;
using LivCloud.Cli.Completion;
using LivCloud.Core;

namespace LivCloud.Cli;

/// <summary>The root of the command line, and how its commands are run.</summary>
internal static class LivCloudCommand
{
    private const string MissingCommand = "Required command was not provided.";

    /// <summary>The command line with every command that needs nothing but <paramref name="environment"/>.</summary>
    public static RootCommand Create(CliEnvironment environment)
    {
        var agent = CommonArguments.Agent(environment);
        var names = new AgentNames(agent, environment);
        Command[] clients =
        [
            VmCommand.Create(environment), HostCommand.Create(environment), PlanCommand.Create(environment, names), MigrateCommand.Create(environment, names),
            MigrationCommand.Create(environment, names), ConnectCommand.Create(environment, names), BenchCommand.Create(environment, names),
        ];
        var root = new RootCommand("""
            Moves running KVM virtual machines between hosts over the Internet.

            Examples:
              livcloud host list
              livcloud vm list
              livcloud plan web1 --to beta
              livcloud migrate web1 --to beta
              livcloud migration list
            """)
        {
            agent,
        };
        foreach (var command in (Command[])[.. clients, CaCommand.Create(environment), CompletionCommand.Create(environment), VersionCommand.Create(environment)])
        {
            root.Add(command);
        }

        CommandHelp.Install(root, agent, clients);
        return root;
    }

    /// <summary>Runs one command; failures are told on the error output.</summary>
    /// <returns>The exit code, one of <see cref="ExitCode"/> unless a command runs another program.</returns>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments, CliEnvironment environment)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            return await ReportUsageAsync(parsed, environment.Error);
        }

        var configuration = new InvocationConfiguration
        {
            Output = environment.Output,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,

            // Signals come through Interruption, which tells the first from the second.
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, environment.Interruption.First);
        }
        catch (FailureException ex)
        {
            await ReportAsync(ex, environment.Error);
            return ExitCode.For(ex.Code);
        }
        catch (OperationCanceledException) when (environment.Interruption.First.IsCancellationRequested || environment.Interruption.Leave.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception ex)
        {
            // Nothing that is foreseen comes here. A line tells more than a stack trace, and an exit code more than SIGABRT.
            var fault = Failure.From(ex);
            await ReportAsync(new FailureException(fault.Code, fault.Message.ReplaceLineEndings(" "), fault.Remedy, ex), environment.Error);
            return ExitCode.Failure;
        }
    }

    private static async Task ReportAsync(FailureException failure, TextWriter error)
    {
        try
        {
            await error.WriteLineAsync($"livcloud: {failure.Message}");
            if (failure.Remedy is not null)
            {
                await error.WriteLineAsync($"help: {failure.Remedy}");
            }
        }
        catch (IOException)
        {
            // The terminal is gone, as after a hangup: nobody is left to be told, but the exit code still stands.
        }
    }

    private static async Task<int> ReportUsageAsync(ParseResult parsed, TextWriter error)
    {
        // Of a command that there is not, the parser also says that there is none.
        var isUnknown = parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Command.Subcommands.Count > 0;
        foreach (var problem in parsed.Errors.Where(problem => !isUnknown || problem.Message != MissingCommand))
        {
            await error.WriteLineAsync($"livcloud: {problem.Message}");
        }

        await error.WriteLineAsync($"help: `{PathOf(parsed.CommandResult)} --help` lists what this command takes.");
        return ExitCode.Usage;
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "livcloud";
}
