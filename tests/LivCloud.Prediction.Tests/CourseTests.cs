using LivCloud.Prediction.Courses;

namespace LivCloud.Prediction.Tests;

public sealed class CourseTests
{
    private const double Rate = 10e6;
    private static readonly PathLoad Path = new(Rate, TimeSpan.FromMilliseconds(50));

    [Fact]
    public void The_passes_of_a_guest_that_writes_a_third_of_what_the_path_carries_are_a_geometric_series()
    {
        var course = PreCopyModel.Run(Memory(300e6, Rate / 3), Path, _ => TimeSpan.FromMilliseconds(5));
        Assert.True(course.Converges);
        Assert.Equal(300e6 / (1 - (1 / 3.0)), course.Bytes, 300e6 * 0.001);
        Assert.Equal(course.Bytes / Rate, course.Live.TotalSeconds, 0.02);
        Assert.InRange(course.LastBytes, 0, Rate * 0.005);
    }

    [Fact]
    public void A_small_working_set_bounds_each_pass_however_fast_it_is_written()
    {
        // 2 MB, written 50 times a second: never below 2 MB, which take 200 ms.
        var memory = Memory(100e6, 0) with { Dirty = DirtyCurve.Through([new(TimeSpan.FromMilliseconds(20), 2_000_000), new(TimeSpan.FromSeconds(5), 2_000_000)], 1 << 30) };
        Assert.False(PreCopyModel.Run(memory, Path, _ => TimeSpan.FromMilliseconds(150)).Converges);
        var course = PreCopyModel.Run(memory, Path, _ => TimeSpan.FromMilliseconds(250));
        Assert.True(course.Converges);
        Assert.Equal(2e6, course.LastBytes, 1);
    }

    [Fact]
    public void Twice_what_the_path_carries_does_not_end_until_the_guest_is_slowed_by_more_than_half()
    {
        var memory = Memory(100e6, 2 * Rate);
        Assert.False(PreCopyModel.Run(memory, Path, _ => TimeSpan.FromMilliseconds(50)).Converges);
        var (course, throttle) = AutoConvergeModel.Run(memory, Path, _ => TimeSpan.FromMilliseconds(50));
        Assert.True(course.Converges);
        Assert.InRange(throttle, 0.5, 0.7);
        Assert.True(course.Live > TimeSpan.FromSeconds(20), course.ToString());
    }

    [Fact]
    public void Differences_are_sent_from_the_third_pass_on_and_only_of_what_is_still_kept()
    {
        var memory = Memory(100e6, Rate / 2) with { AgainShare = 0.2, DeltaCacheBytes = 10e6 };
        Assert.Equal(1, memory.SentShare(2, TimeSpan.FromSeconds(1)));
        Assert.Equal(0.2, memory.SentShare(3, TimeSpan.FromSeconds(1)), 3);
        Assert.Equal(0.6, memory.SentShare(3, TimeSpan.FromSeconds(4)), 3);
        Assert.Equal(0.2, (memory with { PassesBehind = 2 }).SentShare(1, TimeSpan.FromSeconds(1)), 3);
    }

    [Fact]
    public void A_limit_that_widens_ends_passes_that_have_stopped_getting_shorter()
    {
        var memory = Memory(50e6, 0) with { Dirty = DirtyCurve.Through([new(TimeSpan.FromMilliseconds(1), 950_000), new(TimeSpan.FromSeconds(9), 950_000)], 1 << 30) };
        var course = PreCopyModel.Run(memory, Path, pass => TimeSpan.FromMilliseconds(pass * 10));
        Assert.True(course.Converges);
        Assert.Equal(10, course.Passes);
    }

    [Fact]
    public void Patience_ends_what_would_take_longer() =>
        Assert.False(PreCopyModel.Run(Memory(300e6, Rate / 3), Path, _ => TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(20)).Converges);

    [Fact]
    public void Post_copy_sends_each_page_twice_at_most_and_ends_whatever_the_guest_writes()
    {
        var (course, missing) = PostCopyModel.Run(Memory(100e6, 1e12), Path);
        Assert.True(course.Converges);
        Assert.Equal(0, course.LastBytes);
        Assert.InRange(course.Bytes, 100e6, 100e6 + (1L << 30));
        Assert.True(missing > TimeSpan.FromSeconds(100));
    }

    [Fact]
    public void A_path_that_carries_next_to_nothing_is_no_overflow()
    {
        var path = new PathLoad(1e-9, TimeSpan.Zero);
        Assert.False(PreCopyModel.Run(Memory(1e15, 1e12), path, _ => TimeSpan.FromMilliseconds(5)).Converges);
        Assert.False(AutoConvergeModel.Run(Memory(1e15, 1e12), path, _ => TimeSpan.FromMilliseconds(5)).Course.Converges);
    }

    [Fact]
    public void What_a_guest_writes_to_a_disk_meanwhile_is_copied_too()
    {
        var (time, bytes) = DiskCopyModel.Run(new DiskLoad(1, 100e6, Rate / 2), Path)!.Value;
        Assert.Equal(200e6, bytes, 1);
        Assert.True(time > TimeSpan.FromSeconds(20));
        Assert.Null(DiskCopyModel.Run(new DiskLoad(1, 100e6, Rate), Path));
        Assert.Equal((TimeSpan.Zero, 0), DiskCopyModel.Run(DiskLoad.None, Path));
    }

    private static MemoryLoad Memory(double used, double dirtyPerSecond) => new()
    {
        UsedBytes = used,
        ZeroBytes = 0,
        Dirty = DirtyCurve.Through([new(TimeSpan.FromSeconds(1), (long)dirtyPerSecond)], 1L << 30),
    };
}
