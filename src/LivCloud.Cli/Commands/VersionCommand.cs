using System.CommandLine;
using System.Reflection;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud version`: which LivCloud this is.</summary>
internal static class VersionCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var command = new Command("version", "Show the version.");
        command.SetAction(async (_, _) =>
        {
            var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            await environment.Output.WriteLineAsync($"livcloud {version}");
            return ExitCode.Success;
        });
        return command;
    }
}
