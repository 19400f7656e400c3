using LivCloud.Prediction.Calibration;
using LivCloud.Prediction.Courses;
using LivCloud.Prediction.Outlooks;

namespace LivCloud.Prediction.Tests;

public sealed class ChoiceTests
{
    private const double Rate = 20e6;

    [Fact]
    public void A_guest_that_writes_little_is_moved_in_passes() => AssertChoice(Verdict.Go, Strategy.PreCopy, Choose(Rate / 10));

    [Fact]
    public void A_guest_that_writes_almost_as_fast_as_the_path_carries_is_told_of() =>
        AssertChoice(Verdict.GoWithConditions, Strategy.PreCopy, Choose(Rate * 0.9));

    [Fact]
    public void A_guest_that_writes_somewhat_faster_is_slowed_where_there_is_time()
    {
        var choice = Choose(Rate * 1.3);
        AssertChoice(Verdict.GoWithConditions, Strategy.AutoConverge, choice);
        Assert.Contains(choice.Conditions, condition => condition.Contains("slowed", StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_writes_twice_as_fast_is_refused_unless_it_may_go_before_its_memory()
    {
        var refused = Choose(Rate * 2);
        Assert.Equal(Verdict.No, refused.Verdict);
        Assert.Contains("slowed by", Assert.Single(refused.Conditions), StringComparison.Ordinal);
        AssertChoice(Verdict.GoWithConditions, Strategy.PostCopy, Choose(Rate * 2, new MoveGoals(null, null, AllowsPostCopy: true)));
    }

    [Fact]
    public void One_that_is_idle_half_of_the_time_is_not_slowed_by_losing_half_of_it() =>
        Assert.Equal(Verdict.No, Choose(Rate * 1.3, busy: 0.4).Verdict);

    [Fact]
    public void One_that_can_not_be_slowed_in_time_is_refused_unless_it_may_go_before_its_memory()
    {
        var time = TimeSpan.FromMinutes(2);
        var refused = Choose(Rate * 8, new MoveGoals(null, time, AllowsPostCopy: false));
        Assert.Equal(Verdict.No, refused.Verdict);
        Assert.Contains("faster path", refused.Remedy, StringComparison.Ordinal);
        AssertChoice(Verdict.GoWithConditions, Strategy.PostCopy, Choose(Rate * 8, new MoveGoals(null, time, AllowsPostCopy: true)));
    }

    [Fact]
    public void A_goal_that_nothing_meets_is_refused_with_what_would_be_possible()
    {
        var choice = Choose(Rate / 10, new MoveGoals(TimeSpan.FromMilliseconds(20), null, AllowsPostCopy: true));
        Assert.Equal(Verdict.No, choice.Verdict);
        Assert.Contains("pause", Assert.Single(choice.Conditions), StringComparison.Ordinal);
        Assert.Contains("--max-downtime", choice.Remedy, StringComparison.Ordinal);
        Assert.Contains("--deadline", Choose(Rate / 10, new MoveGoals(null, TimeSpan.FromSeconds(5), AllowsPostCopy: true)).Remedy, StringComparison.Ordinal);
    }

    private static void AssertChoice(Verdict verdict, Strategy strategy, Choice choice)
    {
        Assert.Equal(verdict, choice.Verdict);
        Assert.Equal(strategy, choice.Outlook.Strategy);
        Assert.Null(choice.Remedy);
    }

    private static Choice Choose(double dirtyPerSecond, MoveGoals? goals = null, double busy = 1)
    {
        var move = new MoveCase
        {
            Memory = new MemoryLoad { UsedBytes = 200e6, ZeroBytes = 800e6, Dirty = DirtyCurve.Through([new(TimeSpan.FromSeconds(1), (long)dirtyPerSecond)], 1L << 30), Busy = busy },
            Disks = DiskLoad.None,
            Path = new PathLoad(Rate, TimeSpan.FromMilliseconds(30)),
            Limit = _ => TimeSpan.FromMilliseconds(300),
            SwitchOverCost = TimeSpan.FromMilliseconds(85),
        };
        var correction = Correction.From([], Guid.Empty, "alpha", "beta");
        return Choice.Make(strategy => MoveModel.Look(move, strategy, correction), goals ?? new MoveGoals(null, null, AllowsPostCopy: false));
    }
}
