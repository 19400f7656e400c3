namespace LivCloud.Prediction.Courses;

/// <summary>How the copying of disks goes.</summary>
public static class DiskCopyModel
{
    /// <summary>Goes through it.</summary>
    /// <param name="disks">What is copied.</param>
    /// <param name="path">What carries it.</param>
    /// <returns>How long it takes and what is sent, in bytes; null when the guest writes as fast as the path carries, and it does not end.</returns>
    public static (TimeSpan Time, double Bytes)? Run(DiskLoad disks, PathLoad path)
    {
        if (disks.Count == 0)
        {
            return (TimeSpan.Zero, 0);
        }

        if (disks.WrittenBytesPerSecond >= path.BytesPerSecond)
        {
            return null;
        }

        // What the guest writes meanwhile is sent too. Each disk's start and end are exchanges of libvirt with both emulators.
        var time = (path with { BytesPerSecond = path.BytesPerSecond - disks.WrittenBytesPerSecond }).TimeFor(disks.UsedBytes);
        var exchanges = path.RoundTrip * DiskLoad.Exchanges * disks.Count;
        return (time + exchanges + DiskLoad.Setup, disks.UsedBytes + (disks.WrittenBytesPerSecond * time.TotalSeconds));
    }
}

/// <summary>Disks that are copied.</summary>
/// <param name="Count">How many.</param>
/// <param name="UsedBytes">What they hold, in bytes.</param>
/// <param name="WrittenBytesPerSecond">What the guest writes to them, in bytes per second.</param>
public sealed record DiskLoad(int Count, double UsedBytes, double WrittenBytesPerSecond)
{
    /// <summary>Round trips that a disk takes beside its contents.</summary>
    public const double Exchanges = 12;

    /// <summary>What the copying takes beside that.</summary>
    public static readonly TimeSpan Setup = TimeSpan.FromMilliseconds(300);

    /// <summary>No disk is copied.</summary>
    public static DiskLoad None { get; } = new(0, 0, 0);
}
