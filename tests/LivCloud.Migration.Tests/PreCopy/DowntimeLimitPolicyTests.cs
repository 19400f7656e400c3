using LivCloud.Migration.PreCopy;

namespace LivCloud.Migration.Tests.PreCopy;

public class DowntimeLimitPolicyTests
{
    [Fact]
    public void The_first_passes_keep_the_small_limit()
    {
        var policy = new DowntimeLimitPolicy(TimeSpan.FromMilliseconds(300));
        for (var iteration = 1; iteration <= DowntimeLimitPolicy.PatientPasses; iteration++)
        {
            Assert.Equal(policy.Initial, policy.Next(policy.Initial, iteration));
        }
    }

    [Fact]
    public void The_limit_widens_step_by_step_up_to_the_budget_and_never_beyond()
    {
        var policy = new DowntimeLimitPolicy(TimeSpan.FromMilliseconds(200));
        var limit = policy.Initial;
        for (var iteration = 1; iteration < 100; iteration++)
        {
            var next = policy.Next(limit, iteration);
            Assert.InRange(next, limit, policy.Budget);
            limit = next;
        }

        Assert.Equal(policy.Budget, limit);
    }

    [Fact]
    public void A_budget_below_the_first_limit_is_kept() =>
        Assert.Equal(TimeSpan.FromMilliseconds(2), new DowntimeLimitPolicy(TimeSpan.FromMilliseconds(2)).Initial);
}
