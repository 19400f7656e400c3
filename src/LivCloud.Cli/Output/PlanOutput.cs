using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Output;

/// <summary>Asks for a plan and writes it.</summary>
internal static class PlanOutput
{
    /// <summary>Does so.</summary>
    /// <returns>The exit code: success when the migration would be started.</returns>
    public static async Task<int> WriteAsync(AgentClient agent, MigrationRequest request, bool json, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var asked = agent.PlanAsync(request, cancellationToken);
        if (await Task.WhenAny(asked, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken)) != asked)
        {
            await environment.Error.WriteLineAsync($"Looking at {request.Vm} and the path to {request.Destination} for some seconds.");
        }

        var plan = await asked;
        if (json)
        {
            await environment.Output.WriteJsonAsync(plan);
        }
        else
        {
            foreach (var line in PlanText.Of(plan))
            {
                await environment.Output.WriteLineAsync(line);
            }
        }

        return plan.Feasible ? ExitCode.Success : ExitCode.For(plan.Checks.FirstOrDefault(check => !check.Passed)?.Code ?? FailureCode.VmNotMigratable);
    }
}
