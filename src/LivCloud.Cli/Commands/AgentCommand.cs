using System.CommandLine;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud agent`: runs the agent of this host.</summary>
internal static class AgentCommand
{
    /// <summary>Where the agent's configuration is unless --config says otherwise.</summary>
    public const string DefaultConfigurationPath = "/etc/livcloud/agent.yaml";

    /// <param name="run">Runs the agent with a configuration file until it is cancelled; returns the exit code.</param>
    /// <param name="check">Checks a configuration file and says what an agent would do with it; returns the exit code.</param>
    public static Command Create(Func<string, CancellationToken, Task<int>> run, Func<string, int> check)
    {
        var configuration = new Option<string>("--config")
        {
            Description = "The agent's configuration.",
            HelpName = "FILE",
            DefaultValueFactory = _ => DefaultConfigurationPath,
        };
        var onlyCheck = new Option<bool>("--check") { Description = "Check the configuration, the certificates and the directories, and say what the agent would do; start nothing." };
        var command = new Command("agent", """
            Run the agent of this host.

            Examples:
              livcloud agent --check
              livcloud agent --config /etc/livcloud/agent.yaml
            """) { configuration, onlyCheck };
        command.SetAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(configuration);
            return parsed.GetValue(onlyCheck) ? Task.FromResult(check(path)) : run(path, cancellationToken);
        });
        return command;
    }
}
