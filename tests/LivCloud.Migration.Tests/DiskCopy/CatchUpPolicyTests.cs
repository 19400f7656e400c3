using LivCloud.Migration.DiskCopy;

namespace LivCloud.Migration.Tests.DiskCopy;

public sealed class CatchUpPolicyTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(new long[] { 100, 99, 98, 97, 96, 95, 94, 93 }, false, -1)] // it shrinks, however slowly
    [InlineData(new long[] { 100, 90, 90, 91, 95, 99, 90, 92, 90 }, false, 6)] // the guest writes as fast as it is copied: 5 s after the least
    [InlineData(new long[] { 100, 90, 95, 95, 95, 89, 95, 95, 95 }, false, -1)] // it pauses, and goes on
    [InlineData(new long[] { 9, 1, 1, 1, 1, 1, 1, 1, 1 }, false, 6)] // the last clusters are written again and again
    [InlineData(new long[] { 1, 0, 3, 4, 2, 1, 0, 4, 3 }, true, -1)] // it keeps up
    [InlineData(new long[] { 1, 0, 8, 16, 24, 32, 40, 48, 56 }, true, 6)] // it falls behind once it had caught up
    public void A_guest_outpaces_its_copy_when_the_rest_does_not_shrink_for_five_seconds(long[] mebibytesEachSecond, bool isReady, int outpacedAt) =>
        Assert.Equal(outpacedAt, FirstOutpaced(mebibytesEachSecond, isReady, _ => true));

    [Fact]
    public void Nobody_is_outpaced_while_nothing_is_carried() =>
        Assert.Equal(10, FirstOutpaced([100, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90], isReady: false, look => look is not (3 or 4 or 5)));

    private static int FirstOutpaced(long[] mebibytesEachSecond, bool isReady, Predicate<int> isCarried)
    {
        var policy = CatchUpPolicy.Start(TimeSpan.Zero);
        for (var second = 0; second < mebibytesEachSecond.Length; second++)
        {
            policy = policy.Next(mebibytesEachSecond[second] * MiB, isReady, isCarried(second), TimeSpan.FromSeconds(second), out var isOutpaced);
            if (isOutpaced)
            {
                return second;
            }
        }

        return -1;
    }
}
