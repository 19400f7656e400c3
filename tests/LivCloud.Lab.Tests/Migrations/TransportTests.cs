using LivCloud.Core;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>What a migration is sent over. The link's round trip takes 10 ms.</summary>
[Collection(nameof(SecondFailureLab))]
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
}
