using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Lab;

namespace LivCloud.Bench;

/// <summary>The agents of a lab that is measured in.</summary>
internal static class BenchAgents
{
    /// <summary>Starts all agents anew, and waits until each reaches all others: with their settings as they are now, and nothing known of any path.</summary>
    public static async Task RestartAsync(RunningLab lab, CancellationToken cancellationToken)
    {
        foreach (var host in lab.Hosts.Values)
        {
            await host.KillProcessAsync("agent", cancellationToken: cancellationToken);
        }

        foreach (var host in lab.Hosts.Values)
        {
            using var agent = new AgentClient(host.ApiSocketPath);
            while (!await IsConnectedAsync(agent, cancellationToken))
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    private static async Task<bool> IsConnectedAsync(AgentClient agent, CancellationToken cancellationToken)
    {
        try
        {
            return (await agent.ListHostsAsync(cancellationToken)).All(host => host.Reachable);
        }
        catch (FailureException)
        {
            return false;
        }
    }
}
