using System.Runtime.InteropServices;

namespace LivCloud.Cli.Tests;

public sealed class InterruptionTests
{
    [Fact]
    public void A_hangup_leaves_at_once()
    {
        using var interruption = new Interruption();
        interruption.Raise(PosixSignal.SIGHUP);
        Assert.True(interruption.Leave.IsCancellationRequested);
        Assert.False(interruption.Second.IsCancellationRequested);
        Assert.Equal(PosixSignal.SIGHUP, interruption.FirstSignal);
    }

    [Fact]
    public void An_interrupt_leaves_only_at_the_second_time()
    {
        using var interruption = new Interruption();
        interruption.Raise();
        Assert.True(interruption.First.IsCancellationRequested);
        Assert.False(interruption.Leave.IsCancellationRequested);
        interruption.Raise(PosixSignal.SIGTERM);
        Assert.True(interruption.Second.IsCancellationRequested);
        Assert.True(interruption.Leave.IsCancellationRequested);
        Assert.Equal(PosixSignal.SIGINT, interruption.FirstSignal);
    }
}
