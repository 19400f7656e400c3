using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Ports;

/// <summary>The local disks and images. Calls fail with <see cref="FailureException"/>.</summary>
public interface IStorage
{
    /// <summary>Puts a probe file beside each of the VM's file disks, so that the other host can tell whether it sees the same directory.</summary>
    Task<IReadOnlyList<StorageProbe>> PlaceProbesAsync(MigrationId id, VmFacts vm, CancellationToken cancellationToken);

    /// <summary>Removes what <see cref="PlaceProbesAsync"/> placed.</summary>
    void RemoveProbes(IReadOnlyList<StorageProbe> probes);

    /// <summary>What is found at the path of each of the VM's disks.</summary>
    Task<IReadOnlyList<DiskPlace>> AppraiseAsync(VmFacts vm, IReadOnlyList<StorageProbe> probes, CancellationToken cancellationToken);

    /// <summary>Whether there is anything at a path.</summary>
    bool Exists(string path);

    /// <summary>What tells the file at a path from a later one at the same path; null when there is none.</summary>
    string? Identify(string path);

    /// <summary>Makes an empty image that can take the disk's contents: same path, format and size, owned by the emulator's user.</summary>
    Task CreateImageAsync(VmDisk disk, CancellationToken cancellationToken);

    /// <summary>Removes an image that was, or was about to be, made for a VM that does not come, with all that a crash meanwhile may have left.</summary>
    Task DiscardImageAsync(string path, CancellationToken cancellationToken);

    /// <summary>Deletes an image; does nothing when it is not there.</summary>
    Task DeleteImageAsync(string path, CancellationToken cancellationToken);

    /// <summary>Renames an image to "PATH.moved-ID"; does nothing when it is not there.</summary>
    Task RenameImageAsync(string path, MigrationId id, CancellationToken cancellationToken);
}

/// <summary>A file that shows whether two hosts see one directory.</summary>
/// <param name="Target">The disk beside which it lies.</param>
/// <param name="Path">Its path.</param>
/// <param name="Content">What is in it: random text.</param>
public sealed record StorageProbe(string Target, string Path, string Content);
