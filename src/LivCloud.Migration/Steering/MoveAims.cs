using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.PreCopy;
using LivCloud.Prediction.Outlooks;

namespace LivCloud.Migration.Steering;

/// <summary>What is known of a move when it begins, and wanted of it.</summary>
public sealed record MoveAims
{
    /// <summary>The VM's name.</summary>
    public required string Vm { get; init; }

    /// <summary>The destination.</summary>
    public required HostName Destination { get; init; }

    /// <summary>The VM's memory, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What is to be copied of disks, in bytes; 0: none are copied.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>What the user wants.</summary>
    public required MigrationGoals Goals { get; init; }

    /// <summary>How long the last pass may take, by its number.</summary>
    public required DowntimeLimitPolicy Limits { get; init; }

    /// <summary>The strategy that was chosen beforehand; passes when nothing could be said then.</summary>
    public Strategy Strategy { get; init; } = Strategy.PreCopy;
}
