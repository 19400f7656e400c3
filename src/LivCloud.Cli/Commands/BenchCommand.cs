using System.CommandLine;
using System.CommandLine.Parsing;
using LivCloud.Api;
using LivCloud.Cli.Completion;
using LivCloud.Cli.Output;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud bench`: measurements before a move.</summary>
internal static class BenchCommand
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(60);

    public static Command Create(CliEnvironment environment, AgentNames names) => new("bench", "Measure.") { CreateLink(environment, names) };

    private static Command CreateLink(CliEnvironment environment, AgentNames names)
    {
        var host = CommonArguments.Host("The host at the other end.", names);
        var time = new Option<TimeSpan>("--time")
        {
            Description = "How long to send over each transport, 1s to 60s. [default: 5s]",
            HelpName = "TIME",
            CustomParser = ReadTime,
        };
        var transport = CommonArguments.Choice<LinkTransport>("--transport", "Over what; auto: over TCP, then over UDT. [default: auto]");
        var json = CommonArguments.Json();
        var command = new Command("link", """
            Measure the path from this host to another, as a migration would use it: rate, round trip and loss. It sends as fast as it can.

            Examples:
              livcloud bench link beta
              livcloud bench link beta --time 20s --transport udt
            """) { host, time, transport, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var agent = parsed.Client(environment);
            var request = new LinkTestRequest
            {
                Seconds = parsed.GetResult(time) is null ? 5 : parsed.GetValue(time).TotalSeconds,
                Transport = parsed.GetValue(transport),
            };
            LinkTest? last = null;
            await foreach (var state in agent.TestLinkAsync(parsed.GetRequiredValue(host), request, cancellationToken))
            {
                last = state;
                if (!state.IsOver && LinkTestText.Progress(state) is { } line)
                {
                    await environment.Error.WriteLineAsync(line);
                }
            }

            return await WriteAsync(last, parsed.GetValue(json), environment);
        });
        return command;
    }

    private static async Task<int> WriteAsync(LinkTest? test, bool json, CliEnvironment environment)
    {
        if (test is not { IsOver: true })
        {
            throw new FailureException(FailureCode.AgentUnreachable, "The agent ended before all was measured.", "Look at its log (journalctl -u livcloud-agent).");
        }

        if (json)
        {
            await environment.Output.WriteJsonAsync(test);
        }
        else
        {
            await environment.Output.WriteLineAsync(LinkTestText.Result(test));
        }

        return test.Runs.Any(run => run.Problem is null) ? ExitCode.Success : ExitCode.For(FailureCode.PeerUnreachable);
    }

    private static TimeSpan ReadTime(ArgumentResult result)
    {
        if (!Duration.TryParse(result.Tokens[0].Value, out var time) || time < Shortest || time > Longest)
        {
            result.AddError($"'{result.Tokens[0].Value}' is not a time for --time: write 1s to 60s.");
        }

        return time;
    }
}
