namespace LivCloud.Core.Tests;

public sealed class FailureTests
{
    [Fact]
    public void Each_code_has_an_exit_code_that_is_no_success()
    {
        Assert.All(Enum.GetValues<FailureCode>(), code => Assert.InRange(ExitCode.For(code), ExitCode.Failure, ExitCode.Stranded));
    }

    [Theory]
    [InlineData(FailureCode.PeerUnreachable, true)]
    [InlineData(FailureCode.LinkLost, true)]
    [InlineData(FailureCode.AgentUnreachable, true)]
    [InlineData(FailureCode.AlreadyMigrating, true)]
    [InlineData(FailureCode.MemoryShort, false)]
    [InlineData(FailureCode.Stranded, false)]
    [InlineData(FailureCode.PeerUntrusted, false)]
    public void What_may_pass_by_itself_is_transient(FailureCode code, bool transient) =>
        Assert.Equal(transient, new FailureException(code, "It failed.").IsTransient);

    [Fact]
    public void A_failure_carries_its_parts()
    {
        var cause = new IOException("cause");
        var failure = new FailureException(FailureCode.LinkLost, "It failed.", "Try again.", cause);
        Assert.Equal((FailureCode.LinkLost, "It failed.", "Try again.", cause), (failure.Code, failure.Message, failure.Remedy, failure.InnerException));
    }

    [Fact]
    public void Only_completed_and_rolled_back_are_final()
    {
        Assert.Equal(
            [MigrationPhase.Completed, MigrationPhase.RolledBack],
            Enum.GetValues<MigrationPhase>().Where(phase => phase.IsFinal()));
    }
}
