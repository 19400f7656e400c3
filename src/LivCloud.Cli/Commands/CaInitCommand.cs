using System.CommandLine;
using LivCloud.Channel.Certificates;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud ca init`: makes a certificate authority.</summary>
internal static class CaInitCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var directory = CaCommand.DirectoryOption();
        var command = new Command("init", """
            Make a certificate authority (ca.crt and ca.key).

            Example:
              livcloud ca init --dir ca
            """) { directory };
        command.SetAction(async (parsed, _) =>
        {
            var path = parsed.GetRequiredValue(directory);
            using var authority = CertificateAuthority.Create(path, environment.Clock);
            await environment.Output.WriteLineAsync(
                $"""
                Made {authority.Name} in {path}, valid until {authority.NotAfter:yyyy-MM-dd}.
                  {Path.Combine(path, CertificateAuthority.CertificateFileName)}  give this to every host
                  {Path.Combine(path, CertificateAuthority.KeyFileName)}  keep this secret, and on no host
                """);
            return ExitCode.Success;
        });
        return command;
    }
}
