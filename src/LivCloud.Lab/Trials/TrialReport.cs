using System.Text.Json.Serialization;
using LivCloud.Api;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Measuring;

namespace LivCloud.Lab.Trials;

/// <summary>What a migration in a lab did: what the agent reported, and what was measured from outside.</summary>
public sealed record TrialReport
{
    /// <summary>"Completed", "RolledBack" or "Stranded".</summary>
    public required string Outcome { get; init; }

    /// <summary>The VM's name.</summary>
    public required string Vm { get; init; }

    /// <summary>The source host.</summary>
    public required string Source { get; init; }

    /// <summary>The destination host.</summary>
    public required string Destination { get; init; }

    /// <summary>From the request to the end, in seconds.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>How long the guest stood still at most, in milliseconds, as the client measured it by the guest's own clock.</summary>
    public required double DowntimeMs { get; init; }

    /// <summary>The same as libvirt reports it, in milliseconds; null when the guest was not moved.</summary>
    public double? HypervisorDowntimeMs { get; init; }

    /// <summary>How long each phase took, in order.</summary>
    public required IReadOnlyList<PhaseTime> Phases { get; init; }

    /// <summary>Guest memory that QEMU sent, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Disk contents that QEMU sent, in bytes.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>What the channel carried for the migration in both directions, in bytes.</summary>
    public required long WireBytes { get; init; }

    /// <summary>"tcp" or "udt"; null when the destination was not reached.</summary>
    public string? Transport { get; init; }

    /// <summary>The TLS cipher suite; null when the destination was not reached.</summary>
    public string? Cipher { get; init; }

    /// <summary>What the client's UDP probes saw.</summary>
    public required ProbeResult Probe { get; init; }

    /// <summary>What the client's TCP connection saw.</summary>
    public required TcpResult Tcp { get; init; }

    /// <summary>What was found on the disk at the host that has the VM; null for a guest without a disk.</summary>
    public DiskTrial? Disk { get; init; }

    /// <summary>What was found in the recording of the link; null when the guest has no marker in its memory.</summary>
    public CleartextTrial? Cleartext { get; init; }
}

/// <summary>What was found on a disk after a migration.</summary>
/// <param name="Records">Whole records of the guest's writer.</param>
/// <param name="Missing">Records that the guest knew to be durable, or that others follow, and that are not there.</param>
/// <param name="Corrupt">Records with a wrong checksum, and damaged MiB of the data written beforehand.</param>
/// <param name="CheckClean">Whether `qemu-img check` found nothing wrong.</param>
public sealed record DiskTrial(long Records, long Missing, long Corrupt, bool CheckClean)
{
    /// <summary>Whether it holds all that the guest wrote, and the guest did write.</summary>
    [JsonIgnore]
    public bool IsClean => this is { Records: > 0, Missing: 0, Corrupt: 0, CheckClean: true };

    internal static DiskTrial From(DiskReport report) =>
        new(report.Records, report.Missing, report.Corrupt + report.DamagedDataMiB, report.ImageErrors == 0);
}

/// <summary>What a search of the recorded link for the guest's memory found.</summary>
/// <param name="CapturedBytes">How much was recorded.</param>
/// <param name="MarkerFound">Whether the marker in the guest's memory was seen in clear.</param>
public sealed record CleartextTrial(long CapturedBytes, bool MarkerFound);
