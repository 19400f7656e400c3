using System.CommandLine;
using System.CommandLine.Parsing;
using LivCloud.Cli.Completion;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud migration limit`: changes what a running migration may send.</summary>
internal static class MigrationLimitCommand
{
    private const string NoLimit = "none";

    public static Command Create(CliEnvironment environment, AgentNames names)
    {
        var id = CommonArguments.MigrationId(names);
        var bandwidth = new Option<Limit>("--max-bandwidth")
        {
            Description = "The most that may be sent from now on, such as 100mbit, or none.",
            HelpName = "RATE|none",
            Required = true,
            CustomParser = ReadLimit,
        };
        var command = new Command("limit", """
            Change the bandwidth of a running migration.

            Examples:
              livcloud migration limit k3f --max-bandwidth 100mbit
              livcloud migration limit k3f --max-bandwidth none
            """) { id, bandwidth };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var migration = await agent.FindMigrationAsync(parsed.GetRequiredValue(id), cancellationToken);
            await agent.LimitMigrationAsync(MigrationId.Parse(migration.Id), parsed.GetRequiredValue(bandwidth).Bandwidth, cancellationToken);
            return ExitCode.Success;
        });
        return command;
    }

    private static Limit ReadLimit(ArgumentResult result) =>
        new(result.Tokens[0].Value == NoLimit ? null : CommonArguments.ReadBandwidth(result));

    // The parser can not tell a null that was read from no value.
    private readonly record struct Limit(Bandwidth? Bandwidth);
}
