namespace LivCloud.Nbd.Tests;

public sealed class WriteBehindTests
{
    private const uint NoSpace = 28;
    private readonly WriteBehind _writes = new(answers: true);

    [Theory]
    [InlineData(NbdCommand.Write, 0, true)]
    [InlineData(NbdCommand.WriteZeroes, 0, true)]
    [InlineData(NbdCommand.Trim, 0, true)]
    [InlineData(NbdCommand.Write, NbdRequest.ForceUnitAccess, false)]
    [InlineData(NbdCommand.WriteZeroes, NbdRequest.FastZero, false)]
    [InlineData(NbdCommand.Flush, 0, false)]
    [InlineData(NbdCommand.Read, 0, false)]
    [InlineData(NbdCommand.Cache, 0, false)]
    public void Only_changes_that_promise_nothing_more_are_answered_early(NbdCommand command, ushort flags, bool early)
    {
        var request = new NbdRequest(flags, command, 77, 4096, 512);
        Assert.Equal(early ? new NbdReply(0, 77) : null, _writes.Take(ref request));
        var reply = new NbdReply(0, request.Cookie);
        Assert.Equal(NbdFault.None, _writes.Take(ref reply, out var isForClient, out _));
        Assert.Equal(!early, isForClient);
        Assert.Equal(77ul, reply.Cookie);
    }

    [Fact]
    public void An_export_without_flush_is_written_through()
    {
        var request = new NbdRequest(0, NbdCommand.Write, 1, 0, 512);
        Assert.Null(new WriteBehind(answers: false).Take(ref request));
    }

    [Fact]
    public void A_client_may_use_its_cookie_again_before_the_server_has_answered()
    {
        var first = new NbdRequest(0, NbdCommand.Write, 5, 0, 512);
        var second = new NbdRequest(0, NbdCommand.Write, 5, 512, 512);
        _writes.Take(ref first);
        _writes.Take(ref second);
        Assert.NotEqual(first.Cookie, second.Cookie);
        Assert.Equal(2, _writes.Outstanding);
    }

    [Fact]
    public void An_error_is_told_with_the_next_write_and_with_every_flush()
    {
        var write = new NbdRequest(0, NbdCommand.Write, 1, 0, 512);
        _writes.Take(ref write);
        var failed = new NbdReply(NoSpace, write.Cookie);
        _writes.Take(ref failed, out var isForClient, out _);
        Assert.False(isForClient);

        var next = new NbdRequest(0, NbdCommand.Write, 2, 0, 512);
        Assert.Equal(new NbdReply(NoSpace, 2), _writes.Take(ref next));
        for (var time = 0; time < 2; time++)
        {
            var flush = new NbdRequest(0, NbdCommand.Flush, 3, 0, 0);
            Assert.Null(_writes.Take(ref flush));
            var flushed = new NbdReply(0, flush.Cookie);
            _writes.Take(ref flushed, out isForClient, out _);
            Assert.True(isForClient);
            Assert.Equal(new NbdReply(NoSpace, 3), flushed);
        }
    }

    [Fact]
    public void The_bytes_of_a_read_are_expected_only_when_it_went_well()
    {
        foreach (var error in new[] { 0u, 5u })
        {
            var read = new NbdRequest(0, NbdCommand.Read, 1, 0, 512);
            _writes.Take(ref read);
            var reply = new NbdReply(error, read.Cookie);
            _writes.Take(ref reply, out _, out var payload);
            Assert.Equal(error == 0 ? 512u : 0, payload);
        }
    }

    [Fact]
    public void An_answer_to_nothing_is_a_fault()
    {
        var reply = new NbdReply(0, 1);
        Assert.Equal(NbdFault.Cookie, _writes.Take(ref reply, out _, out _));
    }

    [Fact]
    public void No_more_than_its_limit_is_remembered()
    {
        for (var count = 0; count < WriteBehind.MaxOutstanding; count++)
        {
            Assert.False(_writes.IsFull);
            var request = new NbdRequest(0, NbdCommand.Write, 1, 0, 512);
            _writes.Take(ref request);
        }

        Assert.True(_writes.IsFull);
    }

    [Fact]
    public void A_disconnection_is_not_waited_for()
    {
        var request = new NbdRequest(0, NbdCommand.Disconnect, 1, 0, 0);
        Assert.Null(_writes.Take(ref request));
        Assert.Equal(0, _writes.Outstanding);
    }
}
