using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LivCloud.Channel.Certificates;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud ca issue`: issues a host's certificate.</summary>
internal static class CaIssueCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var host = CommonArguments.Host("The host's name, as its agent.yaml and its peers' have it.");
        var directory = CaCommand.DirectoryOption();
        var output = new Option<string>("--out")
        {
            Description = "Directory for HOST.crt and HOST.key.",
            HelpName = "DIR",
            DefaultValueFactory = _ => ".",
        };
        var days = new Option<int>("--days")
        {
            Description = "Validity in days.",
            HelpName = "N",
            DefaultValueFactory = _ => (int)CertificateAuthority.DefaultHostValidity.TotalDays,
            CustomParser = ReadDays,
        };
        var command = new Command("issue", """
            Issue a host's certificate and key, or renew them.

            Examples:
              livcloud ca issue alpha --out alpha
              livcloud ca issue beta --out beta --days 365
            """) { host, directory, output, days };
        command.SetAction(async (parsed, _) =>
        {
            using var authority = CertificateAuthority.Open(parsed.GetRequiredValue(directory), environment.Clock);
            var issued = authority.Issue(
                parsed.GetRequiredValue(host), TimeSpan.FromDays(parsed.GetRequiredValue(days)), parsed.GetRequiredValue(output));
            var asked = parsed.GetResult(host)!.Tokens[0].Value;
            var folded = asked == issued.Host.ToString() ? "" : $" (not {asked}: hosts' names are in lower case)";
            await environment.Output.WriteLineAsync(
                $"""
                Issued a certificate for {issued.Host}{folded}, valid until {issued.NotAfter:yyyy-MM-dd}.
                  {issued.CertificatePath}
                  {issued.KeyPath}  keep this secret, on {issued.Host} only
                """);
            return ExitCode.Success;
        });
        return command;
    }

    private static int ReadDays(ArgumentResult result)
    {
        var most = (int)CertificateAuthority.AuthorityValidity.TotalDays;
        if (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days < 1 || days > most)
        {
            result.AddError($"'{result.Tokens[0].Value}' is not a validity: write 1 to {most} days.");
        }

        return days;
    }
}
