using System.CommandLine;
using System.CommandLine.Completions;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Completion;

/// <summary>Names that only the agent knows, for the shell's completion; none when it does not answer at once.</summary>
/// <param name="agentOption">Names the agent's socket.</param>
/// <param name="environment">Has the clock.</param>
internal sealed class AgentNames(Option<string> agentOption, CliEnvironment environment)
{
    // A shell waits for this with the cursor still.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);

    public IEnumerable<CompletionItem> Vms(CompletionContext context) =>
        Ask(context, async (agent, cancellationToken) => (await agent.ListVmsAsync(cancellationToken)).Select(vm => vm.Name));

    public IEnumerable<CompletionItem> Hosts(CompletionContext context) =>
        Ask(context, async (agent, cancellationToken) => (await agent.ListHostsAsync(cancellationToken)).Where(host => !host.IsLocal).Select(host => host.Name));

    public IEnumerable<CompletionItem> Migrations(CompletionContext context) =>
        Ask(context, async (agent, cancellationToken) => (await agent.ListMigrationsAsync(cancellationToken)).Select(migration => migration.Id));

    private IReadOnlyList<CompletionItem> Ask(
        CompletionContext context, Func<AgentClient, CancellationToken, Task<IEnumerable<string>>> question)
    {
        var path = context.ParseResult.GetValue(agentOption) ?? AgentClient.DefaultSocketPath;
        using var deadline = new CancellationTokenSource(Patience, environment.Clock);

        // The parser asks for completions without await; nothing else runs in this process meanwhile.
        return Task.Run(AskAsync, deadline.Token).GetAwaiter().GetResult();

        async Task<IReadOnlyList<CompletionItem>> AskAsync()
        {
            try
            {
                using var agent = new AgentClient(path, environment.Clock);
                return [.. (await question(agent, deadline.Token)).Select(name => new CompletionItem(name))];
            }
            catch (Exception ex) when (ex is FailureException or OperationCanceledException)
            {
                return [];
            }
        }
    }
}
