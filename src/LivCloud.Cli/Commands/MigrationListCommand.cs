using System.CommandLine;
using System.Globalization;
using LivCloud.Cli.Following;
using LivCloud.Cli.Output;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud migration list`: all migrations that left this host.</summary>
internal static class MigrationListCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var json = CommonArguments.Json();
        var command = new Command("list", """
            List the migrations that left this host, the newest first.

            Examples:
              livcloud migration list
              livcloud migration list --json
            """) { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var migrations = await agent.ListMigrationsAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                await environment.Output.WriteJsonAsync(migrations);
                return ExitCode.Success;
            }

            var table = new TextTable("ID", "VM", "SOURCE", "DESTINATION", "PHASE", "REQUESTED", "TOOK", "DOWNTIME");
            foreach (var migration in migrations)
            {
                table.Add(
                    migration.Id,
                    migration.Vm,
                    migration.Source,
                    migration.Destination,
                    ProgressText.StateName(migration),
                    migration.RequestedAt.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture),
                    migration.EndedAt is { } ended ? Duration.Format(ended - migration.RequestedAt) : "",
                    migration.Report?.DowntimeMs is { } downtime ? string.Create(CultureInfo.InvariantCulture, $"{downtime:0} ms") : "");
            }

            await environment.Output.WriteLineAsync(table.ToString());
            return ExitCode.Success;
        });
        return command;
    }
}
