using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using LivCloud.Api;
using LivCloud.Cli.Completion;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>Arguments and options that several commands take.</summary>
internal static partial class CommonArguments
{
    /// <summary>"--agent", which every command takes, and which means something to those that speak to an agent.</summary>
    public static Option<string> Agent(CliEnvironment environment) => new("--agent")
    {
        Description = "The agent's unix socket; LIVCLOUD_AGENT in the environment sets another default.",
        HelpName = "SOCKET",
        Recursive = true,
        DefaultValueFactory = _ => environment.Variable("LIVCLOUD_AGENT") is { Length: > 0 } path ? path : AgentClient.DefaultSocketPath,
    };

    /// <summary>The client for the agent that <see cref="Agent"/> named; the caller disposes of it.</summary>
    public static AgentClient Client(this ParseResult parsed, CliEnvironment environment) =>
        new(parsed.GetRequiredValue<string>("--agent"), environment.Clock);

    /// <summary>The name of a host that the agent knows.</summary>
    public static Argument<HostName> Host(string description, AgentNames? names = null)
    {
        var argument = new Argument<HostName>("HOST") { Description = description, HelpName = "HOST", CustomParser = ReadHost };
        if (names is not null)
        {
            argument.CompletionSources.Add(names.Hosts);
        }

        return argument;
    }

    /// <summary>The id of a migration or a prefix of it.</summary>
    public static Argument<string> MigrationId(AgentNames names)
    {
        var argument = new Argument<string>("ID")
        {
            Description = "The migration's id, or as many of its first characters as tell it from others.",
            HelpName = "ID",
        };
        argument.CompletionSources.Add(names.Migrations);
        return argument;
    }

    /// <summary>"--json".</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write JSON instead of text." };

    /// <summary>An option that takes one of a few words; the first is the default.</summary>
    public static Option<T> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        var words = Enum.GetNames<T>().Select(word => word.ToLowerInvariant()).ToArray();
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            CustomParser = result => ReadChoice<T>(result, words),
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>Reads the only token as a host's name.</summary>
    public static HostName ReadHost(ArgumentResult result)
    {
        if (!HostName.TryParse(result.Tokens[0].Value, out var host))
        {
            result.AddError($"'{result.Tokens[0].Value}' is not a host name: letters, digits, hyphens and dots.");
        }

        return host;
    }

    /// <summary>Reads the only token as a rate.</summary>
    public static Bandwidth? ReadBandwidth(ArgumentResult result)
    {
        if (Bandwidth.TryParse(result.Tokens[0].Value, out var bandwidth))
        {
            return bandwidth;
        }

        result.AddError($"'{result.Tokens[0].Value}' is not a bandwidth: {WhyNoBandwidth(result.Tokens[0].Value)}");
        return null;
    }

    private static string WhyNoBandwidth(string text)
    {
        if (OtherRate().Match(text) is not { Success: true } other || !decimal.TryParse(other.Groups[1].Value, CultureInfo.InvariantCulture, out var number) || number > 1_000_000)
        {
            return "write a number and kbit, mbit or gbit, such as 200mbit.";
        }

        var unit = $"{other.Groups[2].Value.ToLowerInvariant()}bit";
        return (number, other.Groups[3].Value) switch
        {
            (0, _) => "nothing could be sent; write at least 64kbit.",
            (_, "B") => string.Create(CultureInfo.InvariantCulture, $"rates are in bits, 8 to the byte; write {number * 8:0.##}{unit}."),
            _ => string.Create(CultureInfo.InvariantCulture, $"write {number:0.##}{unit}."),
        };
    }

    /// <summary>A rate as others write it: 10MB/s is in bytes, 10Mbps, 10mb/s and 10m are in bits.</summary>
    [GeneratedRegex(@"^\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgKMG])i?(B|b|bit)?(?:/s|ps)?\s*$")]
    private static partial Regex OtherRate();

    /// <summary>Reads the only token as one of <paramref name="words"/>.</summary>
    public static T ReadChoice<T>(ArgumentResult result, IReadOnlyList<string> words)
        where T : struct, Enum
    {
        var word = result.Tokens[0].Value;
        if (words.Contains(word, StringComparer.Ordinal))
        {
            return Enum.Parse<T>(word, ignoreCase: true);
        }

        result.AddError($"'{word}' is not one of {string.Join(", ", words)}.");
        return default;
    }
}
