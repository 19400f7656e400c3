using System.CommandLine;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud agent`: runs the agent of this host.</summary>
internal static class AgentCommand
{
    /// <summary>Where the agent's configuration is unless --config says otherwise.</summary>
    public const string DefaultConfigurationPath = "/etc/livcloud/agent.yaml";

    /// <param name="run">Runs the agent with a configuration file until it is cancelled; returns the exit code.</param>
    public static Command Create(Func<string, CancellationToken, Task<int>> run)
    {
        var configuration = new Option<string>("--config")
        {
            Description = "The agent's configuration.",
            HelpName = "FILE",
            DefaultValueFactory = _ => DefaultConfigurationPath,
        };
        var command = new Command("agent", "Run the agent of this host.") { configuration };
        command.SetAction((parsed, cancellationToken) => run(parsed.GetRequiredValue(configuration), cancellationToken));
        return command;
    }
}
