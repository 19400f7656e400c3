using System.Text.Json;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class BenchTests
{
    private static readonly LinkTestRun Tcp = new()
    {
        Transport = LinkTransport.Tcp,
        Seconds = 5,
        BitsPerSecond = 12_300_000,
        AverageBitsPerSecond = 11_000_000,
        RoundTripMs = 50.1,
        LoadedRoundTripMs = 61,
        SentAgainPct = 1.1,
    };

    private static readonly LinkTestRun Udt = Tcp with { Transport = LinkTransport.Udt, BitsPerSecond = 94_500_000, AverageBitsPerSecond = 90_000_000 };

    [Fact]
    public async Task A_link_is_measured_with_progress_and_a_verdict()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.LinkTests.AddRange([State(false, Tcp with { Seconds = 1, BitsPerSecond = 9_000_000 }), State(false, Tcp, Udt with { Seconds = 1 }), State(true, Tcp, Udt)]);
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("bench", "link", "beta"));
        Assert.Equal("""POST /v1/hosts/beta/link-tests {"seconds":5,"transport":"Auto"}""", Assert.Single(agent.Requests));
        Assert.Contains("TCP   1.0 s: 9 Mbit/s, round trip 61.0 ms, 1.10 % sent again", run.Error, StringComparison.Ordinal);
        Assert.Contains("UDT        94.5 Mbit/s  90 Mbit/s  50.1 ms   61.0 ms   1.10 %", run.Output, StringComparison.Ordinal);
        Assert.Contains("UDT is faster to beta: `livcloud migrate VM --to beta --transport udt`.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_fast_enough_over_both_is_told_so()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.LinkTests.Add(State(true, Udt with { Transport = LinkTransport.Tcp, BitsPerSecond = 94_000_000 }, Udt));
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("bench", "link", "beta", "--time", "2s"));
        Assert.Contains("Both are about as fast to beta.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transport_that_does_not_get_through_is_told_and_the_other_is_shown()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.LinkTests.Add(State(true, Tcp, new LinkTestRun { Transport = LinkTransport.Udt, Problem = "No answer over UDP." }));
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("bench", "link", "beta"));
        Assert.Contains("UDT: No answer over UDP.", run.Output, StringComparison.Ordinal);
        Assert.Contains("TCP is faster to beta", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_can_not_be_reached_has_its_exit_code()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.LinkTests.Add(State(true, new LinkTestRun { Transport = LinkTransport.Udt, Problem = "No answer." }));
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.For(FailureCode.PeerUnreachable), await run.RunAsync("bench", "link", "beta", "--transport", "udt", "--json"));
        Assert.Equal("No answer.", JsonSerializer.Deserialize<LinkTest>(run.Output, ApiJson.Options)!.Runs[0].Problem);
    }

    [Fact]
    public async Task An_agent_that_ends_meanwhile_is_told()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.LinkTests.Add(State(false, Tcp));
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.For(FailureCode.AgentUnreachable), await run.RunAsync("bench", "link", "beta"));
        Assert.Contains("The agent ended before all was measured.", run.Error, StringComparison.Ordinal);
    }

    private static LinkTest State(bool isOver, params LinkTestRun[] runs) => new() { Host = "beta", Runs = runs, IsOver = isOver };
}
