using LivCloud.Migration.Settlement;

namespace LivCloud.Migration.Tests.Settlement;

public class SettlementPolicyTests
{
    [Fact]
    public void A_fenced_source_is_never_kept_before_the_destination_has_said_that_its_copy_is_gone()
    {
        foreach (var answer in Enum.GetValues<DestinationAnswer>())
        {
            var step = SettlementPolicy.Next(SourceCondition.Fenced, answer, mayRunThere: true);
            Assert.Equal(answer == DestinationAnswer.Gone, step == SettlementStep.KeepSource);
        }
    }

    [Fact]
    public void A_destination_that_runs_the_guest_keeps_it_whatever_the_source_looks_like()
    {
        foreach (var source in Enum.GetValues<SourceCondition>())
        {
            Assert.Equal(SettlementStep.KeepDestination, SettlementPolicy.Next(source, DestinationAnswer.Running, mayRunThere: true));
        }
    }

    [Theory]
    [InlineData(SourceCondition.Running, SettlementStep.KeepSource)]
    [InlineData(SourceCondition.Paused, SettlementStep.KeepSource)]
    [InlineData(SourceCondition.Gone, SettlementStep.ReportLoss)]
    [InlineData(SourceCondition.Unknown, SettlementStep.WaitForSource)]
    public void As_long_as_the_source_let_nothing_through_no_answer_takes_the_vm_from_it(SourceCondition source, SettlementStep step)
    {
        foreach (var answer in (DestinationAnswer[])[DestinationAnswer.Running, DestinationAnswer.Gone, DestinationAnswer.Unreachable])
        {
            Assert.Equal(step, SettlementPolicy.Next(source, answer, mayRunThere: false));
        }
    }

    [Fact]
    public void The_destination_is_asked_before_anything_else_is_done()
    {
        foreach (var source in Enum.GetValues<SourceCondition>())
        {
            Assert.Equal(SettlementStep.AskDestination, SettlementPolicy.Next(source, DestinationAnswer.NotAsked, mayRunThere: false));
        }
    }

    [Fact]
    public void A_source_that_runs_is_kept_even_when_the_destination_does_not_answer() =>
        Assert.Equal(SettlementStep.KeepSource, SettlementPolicy.Next(SourceCondition.Running, DestinationAnswer.Unreachable, mayRunThere: true));

    [Theory]
    [InlineData(SourceCondition.Paused)]
    [InlineData(SourceCondition.Fenced)]
    [InlineData(SourceCondition.Gone)]
    public void Without_an_answer_a_source_that_does_not_run_is_left_as_it_is(SourceCondition source) =>
        Assert.Equal(SettlementStep.Strand, SettlementPolicy.Next(source, DestinationAnswer.Unreachable, mayRunThere: true));

    [Fact]
    public void A_vm_that_runs_nowhere_is_reported_lost() =>
        Assert.Equal(SettlementStep.ReportLoss, SettlementPolicy.Next(SourceCondition.Gone, DestinationAnswer.Gone, mayRunThere: true));
}
