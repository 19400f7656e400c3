using LivCloud.Migration.Vms;
using LivCloud.Prediction.Courses;

namespace LivCloud.Migration.Ports;

/// <summary>Measures what a running VM does, without its noticing.</summary>
public interface IVmGauge
{
    /// <summary>Measures for a while; what was measured shortly before is taken instead where it is as good.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="length">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>null when the VM ended meanwhile, or its memory can not be looked at.</returns>
    Task<VmLoad?> MeasureAsync(VmFacts vm, TimeSpan length, CancellationToken cancellationToken);
}

/// <summary>What a running VM was seen to do.</summary>
public sealed record VmLoad
{
    /// <summary>When the measurement ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How much distinct memory it wrote within which time.</summary>
    public required IReadOnlyList<DirtySample> Dirty { get; init; }

    /// <summary>The share of its memory that holds only zeros, 0 to 1.</summary>
    public required double ZeroShare { get; init; }

    /// <summary>What is left of the rest when it is compressed, of its size, 0 to 1.</summary>
    public required double CompressedShare { get; init; }

    /// <summary>What is sent of a page that was written again, of its size, when only differences are; 0 to 1.</summary>
    public required double AgainShare { get; init; }

    /// <summary>What it writes to its disks, in bytes per second; null while libvirt could not tell.</summary>
    public required double? DiskBytesPerSecond { get; init; }

    /// <summary>How much of its virtual processors' time it used, 0 to 1; null while libvirt could not tell.</summary>
    public required double? BusyShare { get; init; }
}
