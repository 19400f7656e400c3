using LivCloud.Api;
using LivCloud.Cli.Commands;
using LivCloud.Cli.Commands.Lab;
using LivCloud.Cli.Output;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class FailureTests
{
    public static TheoryData<FailureCode> AllCodes() => [.. Enum.GetValues<FailureCode>()];

    [Theory]
    [MemberData(nameof(AllCodes))]
    public async Task Each_failure_code_has_its_exit_code_and_text(FailureCode code)
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Refusal = new Problem { Status = 409, Code = code.ToString(), Detail = "Could not do it: it is Sunday.", Remedy = "Wait for Monday." };
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.For(code), await run.RunAsync("vm", "list"));
        Assert.Equal("livcloud: Could not do it: it is Sunday.\nhelp: Wait for Monday.\n", run.Error);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("SomeCodeOfANewerAgent")]
    [InlineData("7")]
    [InlineData(null)]
    public async Task A_code_that_is_not_known_is_a_plain_failure(string? code)
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Refusal = new Problem { Status = 500, Code = code, Title = "Something new." };
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Failure, await run.RunAsync("vm", "list"));
        Assert.StartsWith("livcloud: Something new.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vm", "list")]
    [InlineData("host", "list")]
    [InlineData("migration", "list")]
    [InlineData("migrate", "web1", "--to", "beta")]
    [InlineData("connect", "beta")]
    public async Task An_agent_that_does_not_run_is_told_with_a_remedy(params string[] arguments)
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Unreachable, await run.RunAsync(arguments));
        Assert.Contains("/nonexistent/agent.sock", run.Error, StringComparison.Ordinal);
        Assert.Contains("\nhelp: Is `livcloud agent` running?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_option_names_another_socket_than_the_environment()
    {
        await using var agent = await AgentPeer.StartAsync();
        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Success, await run.RunAsync("vm", "list", "--agent", agent.SocketPath));
    }

    [Theory]
    [InlineData("'foo' is not one of auto, shared, copy", "migrate", "web1", "--to", "beta", "--storage", "foo")]
    [InlineData("'b_' is not a host name", "migrate", "web1", "--to", "b_")]
    [InlineData("--to", "migrate", "web1")]
    [InlineData("'0ms' is not a downtime", "migrate", "web1", "--to", "beta", "--max-downtime", "0ms")]
    [InlineData("'61s' is not a downtime", "migrate", "web1", "--to", "beta", "--max-downtime", "61s")]
    [InlineData("'300' is not a downtime", "migrate", "web1", "--to", "beta", "--max-downtime", "300")]
    [InlineData("'fast' is not a bandwidth", "migrate", "web1", "--to", "beta", "--max-bandwidth", "fast")]
    [InlineData("'0mbit' is not a bandwidth: nothing could be sent; write at least 64kbit", "migrate", "web1", "--to", "beta", "--max-bandwidth", "0mbit")]
    [InlineData("rates are in bits, 8 to the byte; write 80mbit", "migrate", "web1", "--to", "beta", "--max-bandwidth", "10MB/s")]
    [InlineData("write 1.5gbit", "migration", "limit", "abc", "--max-bandwidth", "1.5Gbps")]
    [InlineData("--dry-run starts nothing", "migrate", "web1", "--to", "beta", "--dry-run", "--detach")]
    [InlineData("--keep", "migration", "resolve", "abc")]
    [InlineData("'both' is not one of source, destination", "migration", "resolve", "abc", "--keep", "both")]
    [InlineData("--max-bandwidth", "migration", "limit", "abc")]
    [InlineData("'20000000' is not a validity", "ca", "issue", "alpha", "--days", "20000000")]
    [InlineData("'0' is not a validity", "ca", "issue", "alpha", "--days", "0")]
    [InlineData("'tcsh'", "completion", "tcsh")]
    [InlineData("Required command", "migration")]
    [InlineData("nonsense", "nonsense")]
    public async Task A_wrong_command_line_is_refused_with_the_way_to_help(string message, params string[] arguments)
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Usage, await run.RunAsync(arguments));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Contains("--help` lists what this command takes.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("vm", "show")]
    public async Task An_unknown_command_is_told_once(params string[] arguments)
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Usage, await run.RunAsync(arguments));
        Assert.StartsWith($"livcloud: Unrecognized command or argument '{arguments[^1]}'.\nhelp: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lab_without_root_is_a_failure_of_the_machine()
    {
        if (Environment.IsPrivilegedProcess)
        {
            return;
        }

        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Failure, await run.RunAsync(LabCommand.Create, "lab", "down", "nothing"));
    }

    [Fact]
    public async Task A_fault_is_one_line_and_a_failure()
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Failure, await run.RunAsync(_ => AgentCommand.Create((_, _) => throw new DllNotFoundException("no libvirt"), _ => ExitCode.Success), "agent"));
        Assert.Equal("livcloud: LivCloud failed: no libvirt\nhelp: Please report this with the agent's log.\n", run.Error);
    }

    [Fact]
    public async Task A_report_that_could_not_be_written_is_refused_before_the_demo()
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Usage, await run.RunAsync(LabCommand.Create, "lab", "demo", "demo.yaml", "--json", "/nonexistent/report.json"));
        Assert.Contains("Nothing was begun because the report could not be written to '/nonexistent/report.json'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_can_be_written_leaves_no_file_beforehand()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        ReportFile.Check(path);
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "migration", "show")]
    [InlineData(false, "ca", "issue")]
    [InlineData(false, "version")]
    [InlineData(false, "lab", "down")]
    public async Task Help_shows_the_agent_option_where_it_means_something(bool shown, params string[] command)
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        await run.RunAsync(LabCommand.Create, [.. command, "--help"]);
        Assert.Equal(shown, run.Output.Contains("--agent", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("migration", "list")]
    [InlineData("migration", "show")]
    [InlineData("migration", "watch")]
    [InlineData("migration", "abort")]
    [InlineData("migration", "limit")]
    [InlineData("migration", "resolve")]
    [InlineData("connect")]
    [InlineData("ca", "init")]
    [InlineData("ca", "issue")]
    [InlineData("ca", "show")]
    [InlineData("completion")]
    [InlineData("host", "list")]
    [InlineData("vm", "list")]
    public async Task Help_has_an_example(params string[] command)
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        await run.RunAsync([.. command, "--help"]);
        Assert.Matches("  Examples?:\n    .*livcloud", run.Output);
    }

    [Fact]
    public async Task The_list_of_commands_has_a_line_for_each()
    {
        var list = (await HelpOfAll()).Split("Commands:\n")[1].TrimEnd().Split('\n');
        Assert.All(list, line => Assert.Matches(@"^  [a-z]+ +\w.*\.$", line));
    }

    [Theory]
    [InlineData]
    [InlineData("migrate")]
    [InlineData("migration", "resolve")]
    [InlineData("connect")]
    [InlineData("ca", "issue")]
    [InlineData("lab")]
    public async Task Help_needs_no_agent(params string[] command)
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Success, await run.RunAsync(LabCommand.Create, [.. command, "--help"]));
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.Equal("", run.Error);
    }

    private static async Task<string> HelpOfAll()
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        await run.RunAsync(LabCommand.Create, "--help");
        return run.Output;
    }
}
