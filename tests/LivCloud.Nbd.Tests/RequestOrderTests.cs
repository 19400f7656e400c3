namespace LivCloud.Nbd.Tests;

public sealed class RequestOrderTests
{
    private readonly RequestOrder _order = new();

    [Theory]
    [InlineData(NbdCommand.Write, 0, 100, NbdCommand.Write, 99, 1, false)]
    [InlineData(NbdCommand.Write, 0, 100, NbdCommand.Write, 100, 1, true)]
    [InlineData(NbdCommand.WriteZeroes, 0, 100, NbdCommand.Write, 50, 10, false)]
    [InlineData(NbdCommand.Write, 50, 10, NbdCommand.Read, 0, 100, false)]
    [InlineData(NbdCommand.Read, 0, 100, NbdCommand.Trim, 0, 100, false)]
    [InlineData(NbdCommand.Read, 0, 100, NbdCommand.Read, 0, 100, true)]
    [InlineData(NbdCommand.Write, 0, 100, NbdCommand.Flush, 0, 0, false)]
    [InlineData(NbdCommand.Write, 0, 100, NbdCommand.Disconnect, 0, 0, false)]
    public void What_depends_on_another_request_waits_for_its_answer(
        NbdCommand first, ulong firstOffset, uint firstLength, NbdCommand second, ulong secondOffset, uint secondLength, bool atOnce)
    {
        Assert.True(Start(new NbdRequest(0, first, 1, firstOffset, firstLength)));
        var waiting = new NbdRequest(0, second, 2, secondOffset, secondLength);
        Assert.Equal(atOnce, Start(waiting));
        if (!atOnce)
        {
            Assert.Equal(NbdFault.None, _order.Take(new NbdReply(0, 1), out _));
            Assert.True(Start(waiting));
        }
    }

    [Fact]
    public void A_server_is_not_given_more_than_the_limit()
    {
        for (var count = 0u; count < RequestOrder.MaxOutstanding; count++)
        {
            Assert.True(Start(new NbdRequest(0, NbdCommand.Write, count, count, 1)));
        }

        Assert.False(Start(new NbdRequest(0, NbdCommand.Write, 999, 999, 1)));
    }

    [Fact]
    public void A_cookie_that_is_in_use_is_a_fault()
    {
        Assert.True(Start(new NbdRequest(0, NbdCommand.Write, 1, 0, 1)));
        Assert.Equal(NbdFault.Cookie, _order.Take(new NbdRequest(0, NbdCommand.Write, 1, 10, 1), out var mayStart));
        Assert.False(mayStart);
        Assert.Equal(NbdFault.Cookie, _order.Take(new NbdReply(0, 7), out _));
    }

    private bool Start(NbdRequest request)
    {
        Assert.Equal(NbdFault.None, _order.Take(request, out var mayStart));
        return mayStart;
    }
}
