namespace LivCloud.Lab.Guests;

/// <summary>What was found on a guest's disk.</summary>
/// <param name="Records">How many records of the latest run are there and whole.</param>
/// <param name="Missing">How many records below the last one, or below what the guest knew to be durable, are not there.</param>
/// <param name="Corrupt">How many are there with a wrong checksum, number or run.</param>
/// <param name="DurableRecords">How many the guest knew to be durable; null when it did not run.</param>
/// <param name="DamagedDataMiB">How many MiB of the data written beforehand differ from it.</param>
/// <param name="ImageErrors">What `qemu-img check` found wrong, leaks aside.</param>
/// <param name="ImageLeaks">Clusters that nothing refers to, as `qemu-img check` counts them; harmless while the image is open.</param>
/// <param name="FirstProblem">Where the first damaged MiB or missing record is, and what the image has there; null when there is none.</param>
public sealed record DiskReport(
    long Records, long Missing, long Corrupt, long? DurableRecords, long DamagedDataMiB, long ImageErrors, long ImageLeaks, string? FirstProblem)
{
    /// <summary>Whether nothing is missing, damaged or wrong.</summary>
    public bool IsClean => Records > 0 && Missing == 0 && Corrupt == 0 && DamagedDataMiB == 0 && ImageErrors == 0;
}
