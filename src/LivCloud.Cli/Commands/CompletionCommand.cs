using System.CommandLine;
using LivCloud.Cli.Completion;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud completion`: a script for the user's shell.</summary>
internal static class CompletionCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. CompletionScript.Shells]);
        var command = new Command("completion", """
            Write a completion script for a shell.

            Examples:
              source <(livcloud completion bash)
              source <(livcloud completion zsh)
              livcloud completion fish | source
            """) { shell };
        command.SetAction(async (parsed, _) =>
        {
            await environment.Output.WriteLineAsync(CompletionScript.For(parsed.GetRequiredValue(shell)));
            return ExitCode.Success;
        });
        return command;
    }
}
