using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>A volume of a storage pool, such as an image file. Usable from several threads at once.</summary>
public sealed class StorageVolume : IDisposable
{
    private readonly LibvirtConnection _connection;
    private readonly StorageVolHandle _handle;

    internal StorageVolume(LibvirtConnection connection, StorageVolHandle handle)
    {
        _connection = connection;
        _handle = handle;
        Name = NativeText.Borrow(LibVirt.virStorageVolGetName(handle)) ?? "";
    }

    /// <summary>Its name within the pool; for a pool of files, the file's name.</summary>
    public string Name { get; }

    /// <summary>Where a guest finds it; for a pool of files, the file's path.</summary>
    /// <exception cref="LibvirtException">The volume is gone, or the daemon did not answer.</exception>
    public string Path => NativeText.Take(LibVirt.virStorageVolGetPath(_handle)) ?? throw Failed("read the path of");

    /// <summary>Its size and the space it takes.</summary>
    /// <exception cref="LibvirtException">The volume is gone, or the daemon did not answer.</exception>
    public VolumeInfo GetInfo() => LibVirt.virStorageVolGetInfo(_handle, out var info) < 0
        ? throw Failed("read the size of")
        : new VolumeInfo((VolumeKind)info.Type, (long)info.Capacity, (long)info.Allocation);

    /// <summary>Deletes the volume and its file.</summary>
    /// <exception cref="LibvirtException">The volume is gone already (<see cref="LibvirtError.NoStorageVolume"/>) or in use.</exception>
    public void Delete()
    {
        if (LibVirt.virStorageVolDelete(_handle, 0) < 0)
        {
            throw Failed("delete");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private LibvirtException Failed(string attempt) => LibvirtErrors.Last($"{attempt} the volume {Name}", _connection.Handle);
}
