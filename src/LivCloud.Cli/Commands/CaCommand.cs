using System.CommandLine;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud ca`: the certificates by which hosts trust each other.</summary>
internal static class CaCommand
{
    /// <summary>Where the authority is unless --dir says otherwise: in the working directory, since it belongs on no host.</summary>
    public const string DefaultDirectory = "ca";

    public static Command Create(CliEnvironment environment) => new("ca", "Make certificates by which hosts trust each other.")
    {
        CaInitCommand.Create(environment),
        CaIssueCommand.Create(environment),
        CaShowCommand.Create(environment),
    };

    public static Option<string> DirectoryOption() => new("--dir")
    {
        Description = "Directory of the authority.",
        HelpName = "DIR",
        DefaultValueFactory = _ => DefaultDirectory,
    };
}
