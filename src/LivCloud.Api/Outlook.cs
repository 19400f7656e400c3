using System.Text.Json.Serialization;

namespace LivCloud.Api;

/// <summary>What a migration would take, from what was measured and from what past migrations took.</summary>
public sealed record Outlook
{
    /// <summary>How the memory is moved.</summary>
    public required PlanStrategy Strategy { get; init; }

    /// <summary>By how much the guest's processors are slowed towards the end, in per cent of their time.</summary>
    public required double ThrottlePct { get; init; }

    /// <summary>For how long the guest, after the pause, may have to wait for memory that it misses, in seconds; 0 but for post-copy.</summary>
    public required double MissingSeconds { get; init; }

    /// <summary>Whether it would end; false when the guest writes to its memory or disks faster than the path carries.</summary>
    public required bool Converges { get; init; }

    /// <summary>Whether it would also end with a path somewhat slower and a guest somewhat busier than was measured.</summary>
    public required bool ConvergesSurely { get; init; }

    /// <summary>The whole time, in seconds.</summary>
    public required Quantiles Seconds { get; init; }

    /// <summary>The pause of the guest, in milliseconds.</summary>
    public required Quantiles DowntimeMs { get; init; }

    /// <summary>What is sent, in bytes above TCP or UDT.</summary>
    public required Quantiles Bytes { get; init; }

    /// <summary>What the bare model says of each part, before what past migrations took corrects it.</summary>
    public required MoveParts Modelled { get; init; }
}

/// <summary>How a guest's memory is moved.</summary>
public enum PlanStrategy
{
    /// <summary>In passes while the guest runs at the source.</summary>
    [JsonStringEnumMemberName("preCopy")]
    PreCopy,

    /// <summary>So too, with a guest that is slowed as far as needed.</summary>
    [JsonStringEnumMemberName("autoConverge")]
    AutoConverge,

    /// <summary>The guest goes on at the destination, which asks for what it misses.</summary>
    [JsonStringEnumMemberName("postCopy")]
    PostCopy,
}

/// <summary>What each part of a migration takes.</summary>
public sealed record MoveParts
{
    /// <summary>Planning and making ready, in seconds.</summary>
    public required double PreparingSeconds { get; init; }

    /// <summary>Copying disks, in seconds.</summary>
    public required double DisksSeconds { get; init; }

    /// <summary>Passes over the memory, in seconds.</summary>
    public required double MemorySeconds { get; init; }

    /// <summary>The pause of the guest, in seconds.</summary>
    public required double PauseSeconds { get; init; }

    /// <summary>From the end of the pause to the end, in seconds.</summary>
    public required double FinishingSeconds { get; init; }

    /// <summary>What is sent, in bytes.</summary>
    public required double Bytes { get; init; }
}

/// <summary>What a figure may turn out to be.</summary>
/// <param name="P50">It is as likely to be more as to be less.</param>
/// <param name="P90">In nine cases of ten it is less.</param>
public sealed record Quantiles(double P50, double P90);

/// <summary>What a VM was seen to do.</summary>
public sealed record VmLoad
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How much distinct memory it wrote within which time.</summary>
    public required IReadOnlyList<DirtyMemory> Dirty { get; init; }

    /// <summary>Memory that holds something else than zeros, in bytes.</summary>
    public required long UsedBytes { get; init; }

    /// <summary>What is left of that when it is compressed, of its size, 0 to 1.</summary>
    public required double CompressedShare { get; init; }

    /// <summary>What it writes to its disks, in bytes per second; null while libvirt could not tell.</summary>
    public long? DiskBytesPerSecond { get; init; }
}

/// <summary>How much distinct memory a VM wrote within a time.</summary>
/// <param name="Seconds">The time, in seconds.</param>
/// <param name="Bytes">The memory, in bytes.</param>
public sealed record DirtyMemory(double Seconds, long Bytes);

/// <summary>What a path was seen to carry.</summary>
/// <param name="At">When.</param>
/// <param name="BitsPerSecond">What arrived, in bits per second.</param>
/// <param name="RoundTripMs">The round trip with nothing else on the way, in milliseconds.</param>
/// <param name="SentAgainPct">How many of the packets were sent again, in per cent.</param>
public sealed record PathLoad(DateTimeOffset At, long BitsPerSecond, double RoundTripMs, double SentAgainPct);
