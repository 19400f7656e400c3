using System.Security.Cryptography;
using LivCloud.Agent.Hypervisor;
using LivCloud.Core;
using LivCloud.Libvirt;
using LivCloud.Libvirt.Xml;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;

namespace LivCloud.Agent.Storage;

/// <summary>Images on this host, made and removed by libvirt's storage driver so that owner, labels and formats are what libvirt expects.</summary>
/// <param name="libvirt">The local daemon.</param>
public sealed class LibvirtStorage(LocalLibvirt libvirt) : IStorage
{
    private const int ProbeContentBytes = 16;
    private const string PoolPrefix = "livcloud-";
    private const UnixFileMode ImageMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Held while a pool of ours is there.</summary>
    private readonly Lock _pools = new();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StorageProbe>> PlaceProbesAsync(MigrationId id, VmFacts vm, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(vm);
        var probes = new List<StorageProbe>();
        foreach (var disk in vm.Disks.Where(disk => disk is { Kind: DiskKind.File, Path: not null, IsReadOnly: false }))
        {
            var path = Path.Combine(Path.GetDirectoryName(disk.Path)!, $".livcloud-{id}-{disk.Target}");
            var probe = new StorageProbe(disk.Target, path, RandomNumberGenerator.GetHexString(2 * ProbeContentBytes));
            try
            {
                await File.WriteAllTextAsync(path, probe.Content, cancellationToken).ConfigureAwait(false);
                probes.Add(probe);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A directory that can not be written to: its disk is seen as not shared.
                RemoveProbes([probe]);
            }
            catch
            {
                RemoveProbes([.. probes, probe]);
                throw;
            }
        }

        return probes;
    }

    /// <inheritdoc/>
    public void RemoveProbes(IReadOnlyList<StorageProbe> probes)
    {
        ArgumentNullException.ThrowIfNull(probes);
        foreach (var probe in probes)
        {
            try
            {
                File.Delete(probe.Path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It could not be written either.
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DiskPlace>> AppraiseAsync(VmFacts vm, IReadOnlyList<StorageProbe> probes, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<DiskPlace>>(
            () => [.. vm.Disks.Where(disk => disk is { Kind: DiskKind.File or DiskKind.Block, Path: not null }).Select(disk => Look(disk, probes.FirstOrDefault(probe => probe.Target == disk.Target)))],
            cancellationToken);

    /// <inheritdoc/>
    public bool Exists(string path) => Path.Exists(path);

    /// <inheritdoc/>
    public string? Identify(string path) => FileIdentity.Of(path);

    /// <inheritdoc/>
    public async Task CreateImageAsync(VmDisk disk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(disk);
        try
        {
            await libvirt.UseAsync(connection => Create(connection, disk), cancellationToken).ConfigureAwait(false);
        }
        catch (FailureException failure) when (failure.Code == FailureCode.HypervisorFailed)
        {
            throw new FailureException(
                FailureCode.DiskPathUnusable, $"The image {disk.Path} could not be made at the destination: {failure.Message}",
                "Check the directory's permissions and free space there.", failure);
        }
    }

    /// <inheritdoc/>
    public async Task DiscardImageAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        await libvirt.UseAsync(
            connection =>
            {
                lock (_pools)
                {
                    FindPool(connection, Path.GetDirectoryName(Path.GetFullPath(path))!)?.Dispose();
                    return true;
                }
            },
            cancellationToken).ConfigureAwait(false);
        await DeleteImageAsync(path, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task DeleteImageAsync(string path, CancellationToken cancellationToken) => Task.Run(() => Change(path, "deleted", File.Delete), cancellationToken);

    /// <inheritdoc/>
    public Task RenameImageAsync(string path, MigrationId id, CancellationToken cancellationToken) => Task.Run(
        () => Change(path, "renamed", image => File.Move(image, $"{image}.moved-{id}")), cancellationToken);

    private static void Change(string path, string verb, Action<string> change)
    {
        try
        {
            if (File.Exists(path))
            {
                change(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(FailureCode.DiskPathUnusable, $"The image {path} could not be {verb}: {exception.Message.TrimEnd('.')}.", innerException: exception);
        }
    }

    private static DiskPlace Look(VmDisk disk, StorageProbe? probe)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(disk.Path!))!;
        var usable = disk.Kind == DiskKind.File && Directory.Exists(directory);
        return new DiskPlace
        {
            Target = disk.Target,
            SeesSourceFile = probe is not null && Sees(probe, directory),
            Exists = File.Exists(disk.Path) || Directory.Exists(disk.Path),
            DirectoryUsable = usable,
            FreeBytes = usable ? new DriveInfo(directory).AvailableFreeSpace : 0,
        };
    }

    private static bool Sees(StorageProbe probe, string directory)
    {
        try
        {
            // The probe's name comes from the other host: only a file beside the disk is looked at, and only so much of it.
            var path = Path.Combine(directory, Path.GetFileName(probe.Path));
            return new FileInfo(path) is { Exists: true, Length: 2 * ProbeContentBytes } && File.ReadAllText(path) == probe.Content;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool Create(LibvirtConnection connection, VmDisk disk)
    {
        var path = Path.GetFullPath(disk.Path!);
        var directory = Path.GetDirectoryName(path)!;
        var capabilities = HostCapabilities.TryParse(connection.GetCapabilities(), out var parsed, out _) ? parsed : null;
        var description = new VolumeDescription
        {
            Name = Path.GetFileName(path),
            CapacityBytes = disk.CapacityBytes,
            Format = disk.Format == "raw" ? VolumeFormat.Raw : VolumeFormat.Qcow2,
            OwnerUserId = capabilities?.EmulatorOwner?.UserId,
            OwnerGroupId = capabilities?.EmulatorOwner?.GroupId,
            Mode = ImageMode,
        };
        lock (_pools)
        {
            using var existing = FindPool(connection, directory);
            using var pool = existing ?? connection.CreateTransientDirectoryPool($"{PoolPrefix}{RandomNumberGenerator.GetHexString(8, lowercase: true)}", directory);
            try
            {
                pool.CreateVolume(description.ToXml()).Dispose();
                return true;
            }
            finally
            {
                if (existing is null)
                {
                    pool.Destroy();
                }
            }
        }
    }

    /// <summary>The pool of a directory that others made. Ours live only while <see cref="_pools"/> is held, so one that is found was left by a crash, and goes.</summary>
    private static StoragePool? FindPool(LibvirtConnection connection, string directory)
    {
        var pool = connection.FindPoolByTargetPath(directory);
        if (pool?.Name.StartsWith(PoolPrefix, StringComparison.Ordinal) != true)
        {
            return pool;
        }

        using (pool)
        {
            pool.Destroy();
            return null;
        }
    }
}
