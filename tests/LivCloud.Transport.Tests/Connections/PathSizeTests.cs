using LivCloud.Transport.Connections;

namespace LivCloud.Transport.Tests.Connections;

/// <summary>Which lengths of datagrams are tried, and what becomes of the answers.</summary>
public sealed class PathSizeTests
{
    private static readonly Instant Begun = new(1000);

    [Fact]
    public void The_longest_alone_is_tried_first_and_nothing_more_when_it_gets_through()
    {
        var size = new PathSize(1472);
        size.Begin(Begun);
        Assert.Equal([1472], Poll(size, 0));
        Assert.True(size.OnArrived(1472));
        Assert.Equal(1472, size.DatagramBytes);
        Assert.Empty(Poll(size, 2000));
        Assert.Null(size.DueAt);
    }

    [Fact]
    public void All_are_tried_three_times_when_the_longest_does_not_get_through()
    {
        var size = new PathSize(1464);
        size.Begin(Begun);
        Assert.Equal([1464], Poll(size, 0));
        foreach (var later in (int[])[60, 250, 800])
        {
            Assert.Empty(Poll(size, later - 1));
            Assert.Equal([1464, 1452, 1422, 1392, 1372, 1312], Poll(size, later));
        }

        Assert.Null(size.DueAt);
        Assert.Equal(ConnectionSettings.LeastDatagramBytes, size.DatagramBytes);
    }

    [Fact]
    public void Only_longer_ones_than_what_gets_through_are_tried_again()
    {
        var size = new PathSize(1472);
        size.Begin(Begun);
        Poll(size, 60);
        Assert.True(size.OnArrived(1372));
        Assert.False(size.OnArrived(1312));
        Assert.Equal(1372, size.DatagramBytes);
        Assert.Equal([1472, 1464, 1452, 1422, 1392], Poll(size, 250));
    }

    [Theory]
    [InlineData(1473)]
    [InlineData(1400)]
    [InlineData(0)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_length_that_was_not_tried_is_not_believed(int bytes)
    {
        var size = new PathSize(1472);
        size.Begin(Begun);
        Poll(size, 60);
        Assert.False(size.OnArrived(bytes));
        Assert.Equal(ConnectionSettings.LeastDatagramBytes, size.DatagramBytes);
    }

    [Fact]
    public void Ends_that_agreed_on_the_least_try_nothing()
    {
        var size = new PathSize(ConnectionSettings.LeastDatagramBytes);
        size.Begin(Begun);
        Assert.Empty(Poll(size, 1000));
    }

    private static List<int> Poll(PathSize size, int milliseconds)
    {
        var tried = new List<int>();
        while (size.Poll(Begun + TimeSpan.FromMilliseconds(milliseconds)) is > 0 and var bytes)
        {
            tried.Add(bytes);
        }

        return tried;
    }
}
