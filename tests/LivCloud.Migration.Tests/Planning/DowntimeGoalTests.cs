using LivCloud.Core;
using LivCloud.Migration.Planning;

namespace LivCloud.Migration.Tests.Planning;

public class DowntimeGoalTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Copied_disks_cost_three_round_trips_more() =>
        Assert.Equal(3 * RoundTrip, DowntimeGoal.SwitchOverCost(RoundTrip, copiesDisks: true) - DowntimeGoal.SwitchOverCost(RoundTrip, copiesDisks: false));

    [Fact]
    public void A_goal_below_the_paths_own_cost_is_refused_with_what_would_be_possible()
    {
        var check = DowntimeGoal.Check(TimeSpan.FromMilliseconds(100), RoundTrip, copiesDisks: true);
        Assert.Equal(FailureCode.GoalMissed, check.Code);
        Assert.Contains("--max-downtime 275ms", check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_remedy_names_is_accepted() =>
        Assert.True(DowntimeGoal.Check(TimeSpan.FromMilliseconds(275), RoundTrip, copiesDisks: true).Passed);

    [Fact]
    public void Without_a_goal_every_path_is_accepted() =>
        Assert.True(DowntimeGoal.Check(goal: null, TimeSpan.FromSeconds(1), copiesDisks: true).Passed);
}
