namespace LivCloud.Nbd.Tests;

public sealed class WriteSpoolTests
{
    private readonly WriteSpool _spool = new();

    [Fact]
    public void A_write_takes_the_place_of_one_to_the_same_bytes_that_has_not_left()
    {
        _spool.Add(Write(0, 512), [1], mayBeReplaced: true);
        _spool.Add(Write(512, 512), [2], mayBeReplaced: true);
        Assert.True(_spool.TryReplace(Write(0, 512), [3], out var replaced));
        Assert.Equal([1], replaced);
        Assert.Equal([3], Take());
        Assert.Equal([2], Take());
        Assert.False(_spool.TryReplace(Write(0, 512), [4], out _));
        Assert.True(_spool.IsEmpty);
    }

    [Theory]
    [InlineData(0, 511)]
    [InlineData(1, 512)]
    public void Only_the_very_same_bytes_are_replaced(ulong offset, uint length)
    {
        _spool.Add(Write(0, 512), [1], mayBeReplaced: true);
        Assert.False(_spool.TryReplace(Write(offset, length), [2], out _));
    }

    [Fact]
    public void What_came_between_keeps_its_place()
    {
        _spool.Add(Write(0, 512), [1], mayBeReplaced: true);
        _spool.Add(new NbdRequest(0, NbdCommand.WriteZeroes, 9, 100, 1), [2], mayBeReplaced: true);
        Assert.False(_spool.TryReplace(Write(0, 512), [3], out _));
    }

    [Fact]
    public void A_write_that_is_not_answered_early_is_not_replaced()
    {
        _spool.Add(Write(0, 512), [1], mayBeReplaced: false);
        Assert.False(_spool.TryReplace(Write(0, 512), [2], out _));
    }

    [Fact]
    public void It_holds_what_it_says_and_one_request_of_any_length()
    {
        var longest = Write(0, NbdRequest.MaxPayloadBytes);
        Assert.True(_spool.HasRoomFor(longest));
        _spool.Add(longest, [1], mayBeReplaced: true);
        Assert.False(_spool.HasRoomFor(Write(0, 1)));
        Take();
        for (var count = 0u; count < WriteSpool.MaxRequests; count++)
        {
            Assert.True(_spool.HasRoomFor(Write(count, 1)));
            _spool.Add(Write(count, 1), [1], mayBeReplaced: true);
        }

        Assert.False(_spool.HasRoomFor(Write(0, 1)));
    }

    private byte[] Take()
    {
        Assert.True(_spool.TryTake(out _, out var buffer));
        return buffer;
    }

    private static NbdRequest Write(ulong offset, uint length) => new(0, NbdCommand.Write, 1, offset, length);
}
