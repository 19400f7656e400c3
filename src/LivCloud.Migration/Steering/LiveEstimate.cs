using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Prediction.Courses;
using LivCloud.Prediction.Outlooks;

namespace LivCloud.Migration.Steering;

/// <summary>Says what a move still takes, from what it was seen to send and the guest to write.</summary>
/// <param name="aims">What is known of the move.</param>
internal sealed class LiveEstimate(MoveAims aims)
{
    // What one pass tells of a guest may be chance; it is believed within these bounds, and by halves.
    private const double LeastPace = 0.25, MostPace = 8;

    private readonly RateMeter _rate = new();
    private (int Number, TimeSpan At) _pass;
    private double _pace = 1;

    /// <summary>What the VM was seen to do before or at the beginning; null while that is not known.</summary>
    public VmLoad? Load { get; set; }

    /// <summary>Takes note, and says it.</summary>
    public LiveOutlook Look(MoveSight sight)
    {
        _rate.Add(sight.Elapsed, sight.SentBytes);
        TakePass(sight);
        TimeSpan? stalled = sight.IsConnected && _rate.Quiet >= MoveWatch.StallPatience ? _rate.Quiet : null;
        if (_rate.BytesPerSecond <= 0 || (Load is null && sight.Progress.Iteration < 2))
        {
            return new LiveOutlook(Remaining: null, Ends: true, stalled);
        }

        var remaining = Remainder.Of(Left(sight));
        return new LiveOutlook(remaining, remaining is not null, stalled);
    }

    private void TakePass(MoveSight sight)
    {
        if (sight.Progress.Iteration == _pass.Number)
        {
            return;
        }

        var length = sight.Elapsed - _pass.At;
        if (_pass.Number > 0 && Load is not null && sight.Progress.DirtyBytesPerSecond > 0 && Foresight.Memory(Load, aims.MemoryBytes).DirtiedWithin(length) is var expected and > 0)
        {
            _pace = Math.Sqrt(_pace * Math.Clamp(sight.Progress.DirtyBytesPerSecond * length.TotalSeconds / expected, LeastPace, MostPace));
        }

        _pass = (sight.Progress.Iteration, sight.Elapsed);
    }

    private MoveLeft Left(MoveSight sight)
    {
        var (progress, path) = (sight.Progress, new PathLoad(_rate.BytesPerSecond, sight.RoundTrip));
        var whole = Load is not null
            ? Foresight.Memory(Load, aims.MemoryBytes)
            : new MemoryLoad { UsedBytes = aims.MemoryBytes, ZeroBytes = 0, Dirty = DirtyCurve.Through([new DirtySample(TimeSpan.FromSeconds(1), progress.DirtyBytesPerSecond)], aims.MemoryBytes) };
        whole = whole with { PassesBehind = Math.Max(0, progress.Iteration - 1), Pace = _pace };
        var waiting = progress.Iteration == 0 ? 1 : Math.Clamp((double)progress.MemoryRemainingBytes / aims.MemoryBytes, 0, 1);
        var memory = progress.Iteration <= 1
            ? whole with { UsedBytes = whole.UsedBytes * waiting, ZeroBytes = whole.ZeroBytes * waiting }
            : whole with { UsedBytes = aims.MemoryBytes * waiting * whole.SentShare(1, sight.Elapsed), ZeroBytes = 0 };
        var passAge = progress.Iteration == 0 ? TimeSpan.Zero : sight.Elapsed - _pass.At;
        var copied = progress.DiskTotalBytes == 0 ? 0 : Math.Clamp((double)progress.DiskDoneBytes / progress.DiskTotalBytes, 0, 1);
        return new MoveLeft(
            aims.DiskBytes * (1 - copied), memory, passAge, path, pass => aims.Limits.At(Math.Max(1, progress.Iteration) + pass - 1),
            DowntimeGoal.SwitchOverCost(sight.RoundTrip, aims.DiskBytes > 0));
    }
}
