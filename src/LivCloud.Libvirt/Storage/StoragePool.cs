using LivCloud.Libvirt.Native;
using LivCloud.Libvirt.Xml;

namespace LivCloud.Libvirt;

/// <summary>A storage pool. Usable from several threads at once.</summary>
public sealed class StoragePool : IDisposable
{
    private readonly LibvirtConnection _connection;
    private readonly StoragePoolHandle _handle;
    private readonly Lazy<string?> _targetPath;

    internal StoragePool(LibvirtConnection connection, StoragePoolHandle handle)
    {
        _connection = connection;
        _handle = handle;
        Name = NativeText.Borrow(LibVirt.virStoragePoolGetName(handle)) ?? "";
        _targetPath = new Lazy<string?>(ReadTargetPath);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The directory its volumes are in; null for a kind without one, or when the pool is gone.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public string? TargetPath => _targetPath.Value;

    /// <summary>Space left, in bytes, as of the pool's last <see cref="Refresh"/>.</summary>
    /// <exception cref="LibvirtException">The pool is gone, or the daemon did not answer.</exception>
    public long AvailableBytes => LibVirt.virStoragePoolGetInfo(_handle, out var info) < 0
        ? throw Failed("read the space left in")
        : (long)info.Available;

    /// <summary>Makes the daemon look at the directory again: new files become volumes, the space left is read anew.</summary>
    /// <exception cref="LibvirtException">The pool is not active, its directory is gone, or a job of its volumes is under way.</exception>
    public void Refresh() => Check(LibVirt.virStoragePoolRefresh(_handle, 0), "refresh");

    /// <summary>Creates a volume; see <see cref="VolumeDescription"/>.</summary>
    /// <exception cref="LibvirtException">
    /// A volume of that name is there (<see cref="LibvirtError.StorageVolumeExists"/>), or it can not be made.
    /// </exception>
    public StorageVolume CreateVolume(string xml)
    {
        ArgumentNullException.ThrowIfNull(xml);
        var handle = LibVirt.virStorageVolCreateXML(_handle, xml, 0);
        return handle.IsInvalid ? throw Failed("create a volume in") : new StorageVolume(_connection, handle);
    }

    /// <summary>The volume of that name; null when there is none as of the last <see cref="Refresh"/>.</summary>
    /// <exception cref="LibvirtException">The pool is not active, or the daemon did not answer.</exception>
    public StorageVolume? FindVolume(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var handle = LibVirt.virStorageVolLookupByName(_handle, name);
        if (!handle.IsInvalid)
        {
            return new StorageVolume(_connection, handle);
        }

        var error = Failed($"find the volume {name} in");
        return error.Error == LibvirtError.NoStorageVolume ? null : throw error;
    }

    /// <summary>Stops the pool; its files stay. A transient pool is gone afterwards.</summary>
    /// <exception cref="LibvirtException">The pool is not active, or a job of its volumes is under way.</exception>
    public void Destroy() => Check(LibVirt.virStoragePoolDestroy(_handle), "stop");

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private string? ReadTargetPath()
    {
        var xml = NativeText.Take(LibVirt.virStoragePoolGetXMLDesc(_handle, 0));
        if (xml is null)
        {
            // A pool may vanish between being listed and being asked.
            var error = Failed("read the description of");
            return error.Error == LibvirtError.NoStoragePool ? null : throw error;
        }

        return XmlInput.TryLoad(xml, "pool", out var root, out _) ? root.Element("target")?.Element("path")?.Value : null;
    }

    private void Check(int result, string attempt)
    {
        if (result < 0)
        {
            throw Failed(attempt);
        }
    }

    private LibvirtException Failed(string attempt) => LibvirtErrors.Last($"{attempt} the storage pool {Name}", _connection.Handle);
}
