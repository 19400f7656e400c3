using LivCloud.Prediction.Calibration;
using LivCloud.Prediction.Courses;

namespace LivCloud.Prediction.Outlooks;

/// <summary>Says what a move would take: the model's figures, corrected by what past moves took.</summary>
public static class MoveModel
{
    // What agents and libvirt do before and after, beside so many exchanges with the destination. Past moves correct it.
    private const double PreparingSeconds = 0.15, PreparingExchanges = 6, FinishingSeconds = 0.3, FinishingExchanges = 4;

    /// <summary>What follows the pause.</summary>
    internal static TimeSpan FinishingTime(PathLoad path) => TimeSpan.FromSeconds(FinishingSeconds) + (FinishingExchanges * path.RoundTrip);

    /// <summary>Says it of one strategy.</summary>
    public static Outlook Look(MoveCase move, Strategy strategy, Correction correction)
    {
        var (modelled, converges, throttle, missing) = Model(move, strategy);
        var (slower, stillConverges, _, _) = Model(Worse(move), strategy);
        Estimate Part(MovePart part)
        {
            // What the measurements leave open counts as much as the model's own errors, and more where a little makes a large difference.
            var estimate = correction.Correct(modelled, part);
            var open = modelled[part] > 0 && slower[part] > modelled[part] && converges == stillConverges ? Math.Log(slower[part] / modelled[part]) : 0;
            return estimate with { Deviation = Math.Sqrt((estimate.Deviation * estimate.Deviation) + (open * open)) };
        }

        return new Outlook
        {
            Strategy = strategy,
            Converges = converges,
            ConvergesSurely = converges && stillConverges,
            Modelled = modelled,
            TotalSeconds = Estimate.Sum([.. MoveFigures.TimeParts.Select(Part)]),
            PauseSeconds = Part(MovePart.Pause),
            Bytes = Part(MovePart.Bytes),
            Throttle = throttle,
            Missing = missing,
        };
    }

    private static (MoveFigures Figures, bool Converges, double Throttle, TimeSpan Missing) Model(MoveCase move, Strategy strategy)
    {
        var disks = DiskCopyModel.Run(move.Disks, move.Path);
        var (memory, throttle, missing) = Memory(move, strategy);
        var roundTrip = move.Path.RoundTrip.TotalSeconds;
        var figures = new MoveFigures
        {
            PreparingSeconds = PreparingSeconds + (PreparingExchanges * roundTrip),
            DisksSeconds = disks?.Time.TotalSeconds ?? 0,
            MemorySeconds = memory.Live.TotalSeconds,
            PauseSeconds = move.SwitchOverCost.TotalSeconds + memory.LastTime(move.Path).TotalSeconds,
            FinishingSeconds = (FinishingTime(move.Path) + missing).TotalSeconds,
            Bytes = memory.Bytes + (disks?.Bytes ?? 0),
        };
        return (figures, memory.Converges && disks is not null, throttle, missing);
    }

    private static (MemoryCourse Course, double Throttle, TimeSpan Missing) Memory(MoveCase move, Strategy strategy)
    {
        switch (strategy)
        {
            case Strategy.PreCopy:
                return (PreCopyModel.Run(move.Memory, move.Path, move.Limit), 0, TimeSpan.Zero);
            case Strategy.AutoConverge:
                var (course, throttle) = AutoConvergeModel.Run(move.Memory, move.Path, move.Limit);
                return (course, throttle, TimeSpan.Zero);
            case Strategy.PostCopy:
                var (first, missing) = PostCopyModel.Run(move.Memory, move.Path);
                return (first, 0, missing);
        }

        throw new ArgumentOutOfRangeException(nameof(strategy));
    }

    private static MoveCase Worse(MoveCase move) => move with
    {
        Path = move.Path with { BytesPerSecond = move.Path.BytesPerSecond * Math.Exp(-move.PathDeviation) },
        Memory = move.Memory with { Pace = move.Memory.Pace * Math.Exp(move.DirtyDeviation) },
    };
}
