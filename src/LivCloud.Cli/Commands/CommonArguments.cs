using System.CommandLine;
using System.CommandLine.Parsing;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>Arguments and options that several commands take.</summary>
internal static class CommonArguments
{
    /// <summary>The name of a host.</summary>
    public static Argument<HostName> Host(string description) => new("HOST") { Description = description, CustomParser = ReadHost };

    /// <summary>"--json".</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write JSON instead of text." };

    /// <summary>Reads the only token as a host's name.</summary>
    public static HostName ReadHost(ArgumentResult result)
    {
        if (!HostName.TryParse(result.Tokens[0].Value, out var host))
        {
            result.AddError($"'{result.Tokens[0].Value}' is not a host name: letters, digits, hyphens and dots.");
        }

        return host;
    }
}
