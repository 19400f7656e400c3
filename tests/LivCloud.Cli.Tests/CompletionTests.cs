using System.Diagnostics;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task The_script_is_accepted_by_its_shell(string shell)
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Success, await run.RunAsync("completion", shell));
        Assert.Contains("[suggest:", run.Output, StringComparison.Ordinal);
        if (shell != "bash" && !Directory.EnumerateFiles("/usr/bin", shell).Any())
        {
            return;
        }

        using var process = Process.Start(new ProcessStartInfo(shell, ["-n"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(run.Output);
        process.StandardInput.Close();
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("migrate w", "web1")]
    [InlineData("migrate web1 --to ", "beta")]
    [InlineData("connect ", "beta")]
    [InlineData("migration show ", Samples.Id)]
    [InlineData("migration resolve abc --keep ", "destination")]
    [InlineData("migr", "migrate")]
    public async Task What_the_agent_knows_is_offered(string line, string expected)
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Vms.Add(Samples.Vm);
        agent.Hosts.AddRange([Samples.Alpha, Samples.Beta]);
        agent.Migrations.Add(Samples.Completed);
        using var run = new CommandRun(agent.SocketPath);
        await run.RunAsync($"[suggest:{line.Length}]", line);
        Assert.Contains(expected, run.Output.Split('\n'));
        Assert.DoesNotContain("alpha", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_offered_under_its_name_only()
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        await run.RunAsync("[suggest:9]", "livcloud ");
        Assert.Contains("--help", run.Output.Split('\n'));
        Assert.DoesNotContain(run.Output.Split('\n'), item => item is "-?" or "/?" or "/h");
    }

    [Fact]
    public async Task An_agent_that_does_not_run_is_passed_over_in_silence()
    {
        using var run = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Success, await run.RunAsync("[suggest:9]", "migrate w"));
        Assert.Equal("", run.Error);
    }
}
