using LivCloud.Core;
using LivCloud.Lab.Links;
using LivCloud.Lab.Topology;

namespace LivCloud.Bench.Predict;

/// <summary>A guest of the benchmark, in a lab of its own.</summary>
/// <param name="Name">What it is like, in a word or two.</param>
/// <param name="MemoryMiB">Its memory.</param>
/// <param name="WorkingSetMiB">How much of it is rewritten, in turn.</param>
/// <param name="DirtyMBPerSecond">How fast, in 10^6 bytes per second.</param>
/// <param name="Compressibility">The part of each page that stays the same.</param>
/// <param name="DiskDataMiB">What its disk holds; 0: it has none.</param>
internal sealed record PredictGuest(string Name, int MemoryMiB, int WorkingSetMiB, int DirtyMBPerSecond, double Compressibility, int DiskDataMiB)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<PredictGuest> All { get; } =
    [
        new("idle", 256, 4, 0, 0.5, 32),
        new("small set", 512, 8, 4, 0.5, 64),
        new("large set", 512, 128, 6, 0.2, 0),
        new("busy", 768, 256, 10, 0.5, 96),
        new("alike", 384, 64, 8, 0.9, 48),
        new("diskless", 640, 32, 2, 0.3, 0),
    ];

    /// <summary>Its lab.</summary>
    public LabFile Lab => new(
        [new LabSite("home", ["h1"]), new LabSite("cloud", ["h2"])],
        [new LabLinkSpec("wan", "home", "cloud", new LinkSettings(new Bandwidth(200_000_000), TimeSpan.FromMilliseconds(5), TimeSpan.Zero, 0, LinkSettings.DefaultQueue, 1, LinkSettings.DefaultGrain))],
        [
            new LabGuestSpec("vm1", "h1", Mebibytes(MemoryMiB), new GuestWorkload(DirtyMBPerSecond * 1_000_000L, Mebibytes(WorkingSetMiB), Compressibility, HasMarker: false),
                DiskDataMiB == 0 ? null : new GuestDisk(Mebibytes(512), Mebibytes(DiskDataMiB), GuestStorage.Local)),
        ],
        "home");

    private static ByteSize Mebibytes(int count) => new((long)count << 20);
}

/// <summary>A path of the benchmark.</summary>
/// <param name="Mbit">Its rate, in Mbit/s.</param>
/// <param name="RoundTripMs">Its round trip.</param>
/// <param name="LossPct">What it loses.</param>
/// <param name="IsHeldOut">Whether a move over it is only for judging; nothing is learnt from it.</param>
internal sealed record PredictPath(int Mbit, int RoundTripMs, double LossPct, bool IsHeldOut)
{
    /// <summary>The paths of a guest: half for learning, half for judging, other ones for each guest.</summary>
    public static IReadOnlyList<PredictPath> For(int guest) =>
        guest % 2 == 0
            ? [new(200, 20, 0, false), new(100, 50, 0, true), new(300, 10, 0, false), new(150, 80, 0.1, true)]
            : [new(100, 30, 0.1, false), new(250, 40, 0, true), new(150, 60, 0, false), new(200, 15, 0.5, true)];
}
