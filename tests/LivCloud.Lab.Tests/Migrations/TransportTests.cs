using LivCloud.Api;
using LivCloud.Core;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>What a migration is sent over. The link's round trip takes 10 ms.</summary>
[Collection(nameof(ThirdFailureLab))]
public sealed class TransportTests(FailureLab lab, ITestOutputHelper output)
{
    [LabTheory]
    [InlineData(LinkTransport.Udt, "udt")]
    [InlineData(LinkTransport.Auto, "udt")]
    [InlineData(LinkTransport.Tcp, "tcp")]
    public Task A_VM_moves_over_the_transport_that_was_asked_for(LinkTransport asked, string used) => lab.RunAsync(output, async () =>
    {
        await using var attempt = await Attempt.CompleteAsync(lab, asked);
        var report = attempt.Latest.Report;
        output.WriteLine($"{attempt.Story}: {report?.Transport}, since {report?.TransportReason}");
        Assert.Equal(used, report?.Transport);
        Assert.False(string.IsNullOrEmpty(report?.TransportReason));
    });

    [LabFact]
    public Task UDT_is_left_where_UDP_is_held_down_on_the_way() => lab.RunAsync(output, async () =>
    {
        // Slow enough that TCP can show what it carries before all is sent.
        await lab.Link.SetAsync(rate: new Bandwidth(40_000_000), udpRate: new Bandwidth(4_000_000));
        try
        {
            await using var attempt = await Attempt.CompleteAsync(lab, LinkTransport.Auto);
            var report = attempt.Latest.Report;
            output.WriteLine($"{attempt.Story}: {report?.Transport}, since {report?.TransportReason}");
            Assert.Equal("tcp", report?.Transport);
            Assert.Contains("UDP is held down", report?.TransportReason, StringComparison.Ordinal);
        }
        finally
        {
            // The session remembers it as long as it lives.
            await lab.Link.SetAsync(udpRate: default(Bandwidth));
            await lab.SetHoldTimeAsync(FailureLab.HoldTime);
        }
    });

    [LabFact]
    public Task A_path_that_carries_only_shorter_packets_from_now_on_is_survived() => lab.RunAsync(output, async () =>
    {
        try
        {
            await using var attempt = await Attempt.StartUntilAsync(lab, MigrationPhase.PreCopy);
            await lab.Link.SetAsync(mtu: 1400);
            await lab.HealLinkAsync();
            await attempt.EndAsync();
            output.WriteLine($"{attempt.Story}: {attempt.Latest.Report?.Transport}, since {attempt.Latest.Report?.TransportReason}");
            Assert.True(attempt.Latest.Phase == MigrationPhase.Completed, attempt.Latest.Failure?.ToString());
            await Whole.AssertAsync(attempt);

            await using var next = await Attempt.CompleteAsync(lab, LinkTransport.Udt);
            Assert.Equal("udt", next.Latest.Report?.Transport);
        }
        finally
        {
            await lab.Link.SetAsync(mtu: 0);
        }
    });

    [LabFact]
    public Task A_link_is_measured_over_both_transports() => lab.RunAsync(output, async () =>
    {
        var (from, to) = await lab.FindAsync();
        await lab.SlowLinkAsync(50_000_000);
        using var agent = new AgentClient(from.ApiSocketPath);
        var states = new List<LinkTest>();
        await foreach (var state in agent.TestLinkAsync(HostName.Parse(to.Name), new LinkTestRequest { Seconds = 3 }))
        {
            states.Add(state);
        }

        Assert.All(states.Take(states.Count - 1), state => Assert.False(state.IsOver));
        Assert.True(states.Count >= 6, $"a state a second was told, {states.Count} in all");
        Assert.Equal([LinkTransport.Tcp, LinkTransport.Udt], states[^1].Runs.Select(run => run.Transport));
        Assert.All(states[^1].Runs, run =>
        {
            output.WriteLine(run.ToString());
            Assert.Null(run.Problem);
            Assert.InRange(run.BitsPerSecond, 20_000_000, 50_000_000);
            Assert.InRange(run.RoundTripMs, 8, 1000);
            Assert.InRange(run.Seconds, 2.5, 10);
        });
        Assert.True(states[^1].IsOver);
    });
}
