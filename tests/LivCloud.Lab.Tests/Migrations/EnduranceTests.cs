using System.Globalization;
using LivCloud.Lab.Hosts;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>Migrations again and again, there and back.</summary>
[Collection(nameof(ThirdFailureLab))]
public sealed class EnduranceTests(FailureLab lab, ITestOutputHelper output)
{
    private const int Moves = 20;
    private const int WarmUpMoves = 4;
    private const long MaxResidentBytes = 200 << 20;
    private const long MaxGrowthBytes = 48 << 20;
    private const int MaxMoreDescriptors = 8;

    [LabFact]
    public Task Twenty_migrations_there_and_back_leave_the_agents_as_they_were() => lab.RunAsync(output, async () =>
    {
        // What agents took for tests before is no matter of this one.
        await lab.SetHoldTimeAsync(FailureLab.HoldTime);
        var early = new Dictionary<string, Use>();
        for (var move = 1; move <= Moves; move++)
        {
            await using var attempt = await Attempt.CompleteAsync(lab);
            var uses = await Task.WhenAll(lab.Lab.Hosts.Values.Select(async host => (host.Name, Use: await MeasureAsync(host))));
            output.WriteLine($"{move}: {attempt.Story}; {string.Join(", ", uses.Select(use => $"{use.Name} {use.Use.ResidentBytes >> 20} MiB {use.Use.Descriptors} fd"))}");
            foreach (var (name, use) in uses)
            {
                Assert.InRange(use.ResidentBytes, 0, MaxResidentBytes);
                if (move == WarmUpMoves)
                {
                    early[name] = use;
                }
                else if (move == Moves)
                {
                    Assert.InRange(use.ResidentBytes, 0, early[name].ResidentBytes + MaxGrowthBytes);
                    Assert.InRange(use.Descriptors, 0, early[name].Descriptors + MaxMoreDescriptors);
                }
            }
        }
    });

    private static async Task<Use> MeasureAsync(LabHost host)
    {
        var text = await HostScript.RunAsync(host, "p=/proc/$(cat /run/lab/agent.pid); awk '/^VmRSS:/ {print $2 * 1024}' $p/status; ls $p/fd | wc -l");
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new Use(long.Parse(lines[0], CultureInfo.InvariantCulture), int.Parse(lines[1], CultureInfo.InvariantCulture));
    }

    /// <summary>What an agent takes of its host.</summary>
    private readonly record struct Use(long ResidentBytes, int Descriptors);
}
