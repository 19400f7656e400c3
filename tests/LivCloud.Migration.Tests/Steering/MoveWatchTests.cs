using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.PreCopy;
using LivCloud.Migration.Steering;
using LivCloud.Prediction.Courses;
using LivCloud.Prediction.Outlooks;

namespace LivCloud.Migration.Tests.Steering;

/// <summary>A move is watched in virtual time: each half second so much was sent of a memory that is written to so fast.</summary>
public sealed class MoveWatchTests
{
    private const long Memory = 1L << 30;
    private const double Rate = 20e6;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void A_move_that_does_well_is_left_alone_and_said_to_take_what_it_takes()
    {
        var course = Run(Watch(Goals), Rate / 20, TimeSpan.FromMinutes(3));
        Assert.DoesNotContain(course.Steps, step => step.Step != SteeringStep.Stay);
        var (at, outlook) = course.Outlooks.First(one => one.Outlook.Remaining is not null);
        var came = course.EndedAt ?? throw new InvalidOperationException("The move did not end.");
        Assert.InRange((at + outlook.Remaining!.Value).TotalSeconds, came.TotalSeconds * 0.8, came.TotalSeconds * 1.2);
    }

    [Fact]
    public void A_move_that_would_not_end_takes_its_full_share_then_slows_the_guest_and_then_is_given_up()
    {
        var course = Run(Watch(Goals), Rate * 3, TimeSpan.FromMinutes(10));
        Assert.Equal([SteeringStep.Hurry, SteeringStep.Slow, SteeringStep.GiveUp], course.Steps.Select(step => step.Step));
        Assert.Equal(FailureCode.WouldNotEnd, course.Steps[^1].Failure?.Code);
        Assert.Contains("faster than the path carries", course.Steps[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_priority_that_the_user_set_is_kept() =>
        Assert.DoesNotContain(Run(Watch(Goals with { Priority = TrafficPriority.Background }), Rate * 3, TimeSpan.FromMinutes(10)).Steps, step => step.Step == SteeringStep.Hurry);

    [Fact]
    public void A_forced_move_is_never_given_up_but_slows_the_guest_ever_more()
    {
        var steps = Run(Watch(Goals with { IsForced = true }), Rate * 3, TimeSpan.FromMinutes(30)).Steps.Select(step => step.Step);
        Assert.Equal([SteeringStep.Hurry, SteeringStep.Slow, SteeringStep.SlowMore], steps);
    }

    [Fact]
    public void Where_post_copy_is_allowed_it_comes_after_slowing_the_guest()
    {
        var steps = Run(Watch(Goals with { AllowsPostCopy = true }), Rate * 3, TimeSpan.FromMinutes(10)).Steps.Select(step => step.Step);
        Assert.Equal([SteeringStep.Hurry, SteeringStep.Slow, SteeringStep.PostCopy], steps.Take(3));
    }

    [Fact]
    public void What_was_planned_is_done_in_the_second_pass()
    {
        var course = Run(Watch(Goals with { AllowsPostCopy = true }, Strategy.PostCopy), Rate * 3, TimeSpan.FromMinutes(2));
        Assert.Equal(SteeringStep.PostCopy, course.Steps[0].Step);
        Assert.Equal(2, course.Passes[0]);
    }

    [Fact]
    public void A_deadline_that_will_be_missed_is_acted_upon_long_before()
    {
        var course = Run(Watch(Goals with { Deadline = TimeSpan.FromSeconds(45) }), Rate * 0.7, TimeSpan.FromSeconds(45));
        Assert.Equal(SteeringStep.Hurry, course.Steps[0].Step);
        Assert.Contains("more, and", course.Steps[0].Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(course.Steps, step => step.Step == SteeringStep.GiveUp);
    }

    [Fact]
    public void A_stall_is_noticed_within_five_seconds()
    {
        var watch = Watch(Goals);
        var progress = new JobProgress { Iteration = 1, MemoryTotalBytes = Memory, MemoryRemainingBytes = Memory };
        for (var at = TimeSpan.Zero; at <= TimeSpan.FromSeconds(10); at += Tick)
        {
            var isMoving = at < TimeSpan.FromSeconds(3);
            var (outlook, _) = watch.Look(Sight(at, progress, (long)(Rate * Math.Min(at.TotalSeconds, 3))));
            Assert.Equal(at >= TimeSpan.FromSeconds(8), outlook.StalledFor >= TimeSpan.FromSeconds(5));
            Assert.True(!isMoving || outlook.StalledFor is null);
        }
    }

    [Fact]
    public void A_link_that_is_lost_for_long_is_no_reason_to_give_up()
    {
        var watch = Watch(Goals with { Priority = TrafficPriority.Background });
        var progress = new JobProgress { Iteration = 5, MemoryTotalBytes = Memory, MemoryRemainingBytes = Memory / 2, DirtyBytesPerSecond = (long)Rate / 2 };
        for (var at = TimeSpan.Zero; at <= TimeSpan.FromSeconds(120); at += Tick)
        {
            var cut = TimeSpan.FromSeconds(10);
            var (_, decision) = watch.Look(Sight(at, progress, (long)(Rate * Math.Min(at.TotalSeconds, 10))) with { IsConnected = at < cut + TimeSpan.FromSeconds(10) });
            Assert.True(decision.Step is SteeringStep.Stay or SteeringStep.Slow, $"{at}: {decision}");
        }
    }

    [Fact]
    public void A_lost_link_is_no_stall()
    {
        var watch = Watch(Goals);
        var progress = new JobProgress { Iteration = 1, MemoryTotalBytes = Memory, MemoryRemainingBytes = Memory };
        for (var at = TimeSpan.Zero; at <= TimeSpan.FromSeconds(20); at += Tick)
        {
            Assert.Null(watch.Look(Sight(at, progress, 0) with { IsConnected = false }).Outlook.StalledFor);
        }
    }

    [Theory]
    [InlineData(58.5, 10, true)]
    [InlineData(57, 10, false)]
    [InlineData(56.5, 200, true)]
    public void A_move_goes_back_when_there_is_just_the_time_left_for_that(double elapsedSeconds, double roundTripMs, bool goesBack) => Assert.Equal(
        goesBack, MoveDeadline.TimeLeft(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(elapsedSeconds), TimeSpan.FromMilliseconds(roundTripMs)) <= TimeSpan.Zero);

    private static MigrationGoals Goals { get; } = new(StorageMode.Auto, SourceDisk.Keep, MaxDowntime: null, MaxBandwidth: null);

    private static MoveSight Sight(TimeSpan at, JobProgress progress, long sent) => new(at, progress, sent, IsConnected: true, TimeSpan.FromMilliseconds(20));

    private static MoveWatch Watch(MigrationGoals goals, Strategy strategy = Strategy.PreCopy) => new(new MoveAims
    {
        Vm = "web1",
        Destination = HostName.Parse("beta"),
        MemoryBytes = Memory,
        DiskBytes = 0,
        Goals = goals,
        Limits = new DowntimeLimitPolicy(TimeSpan.FromMilliseconds(300)),
        Strategy = strategy,
    });

    /// <summary>QEMU's passes, seen twice a second by a watch that knows what the guest writes.</summary>
    private static Course Run(MoveWatch watch, double dirtyPerSecond, TimeSpan length)
    {
        var curve = DirtyCurve.Through([new DirtySample(TimeSpan.FromSeconds(1), (long)dirtyPerSecond)], Memory);
        watch.Load = new VmLoad
        {
            At = DateTimeOffset.UnixEpoch,
            Dirty = [new DirtySample(TimeSpan.FromSeconds(1), (long)dirtyPerSecond)],
            ZeroShare = 0.25,
            CompressedShare = 1,
            AgainShare = 1,
            DiskBytesPerSecond = 0,
            BusyShare = 1,
        };
        var (steps, passes, outlooks) = (new List<SteeringDecision>(), new List<int>(), new List<(TimeSpan, LiveOutlook)>());
        var (iteration, left, passBegan, sent) = (1, Memory * 0.75, TimeSpan.Zero, 0.0);
        for (var at = Tick; at < length; at += Tick)
        {
            sent += Math.Min(left, Rate * Tick.TotalSeconds);
            left -= Rate * Tick.TotalSeconds;
            if (left <= 0)
            {
                var dirtied = curve.Within(at - passBegan);
                if (dirtied < Rate * 0.3)
                {
                    return new Course(steps, passes, outlooks, at);
                }

                (iteration, left, passBegan) = (iteration + 1, dirtied, at);
            }

            var remaining = iteration == 1 ? left / 0.75 : left;
            var progress = new JobProgress { Iteration = iteration, MemoryTotalBytes = Memory, MemoryRemainingBytes = (long)remaining, DirtyBytesPerSecond = iteration < 2 ? 0 : (long)dirtyPerSecond };
            var (outlook, decision) = watch.Look(Sight(at, progress, (long)sent));
            outlooks.Add((at, outlook));
            if (decision.Step != SteeringStep.Stay)
            {
                steps.Add(decision);
                passes.Add(iteration);
                if (decision.Step == SteeringStep.GiveUp)
                {
                    break;
                }
            }
        }

        return new Course(steps, passes, outlooks, null);
    }

    private sealed record Course(IReadOnlyList<SteeringDecision> Steps, IReadOnlyList<int> Passes, IReadOnlyList<(TimeSpan At, LiveOutlook Outlook)> Outlooks, TimeSpan? EndedAt);
}
