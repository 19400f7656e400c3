using System.Xml.Linq;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class LibvirtConnection
{
    // VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE, _DIR, _FS, _NETFS: the types whose volumes are files in their target directory.
    private const uint ActiveFilePools = (1 << 1) | (1 << 6) | (1 << 7) | (1 << 8);

    /// <summary>The active pool of files (dir, fs or netfs) whose target is that directory; null when there is none.</summary>
    /// <param name="directory">An absolute path; a trailing slash does not matter, symbolic links are not followed.</param>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public unsafe StoragePool? FindPoolByTargetPath(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        nint* list = null;

        // SAFETY: on success libvirt stores a malloc'ed array of `count` pools; each is owned by its handle, the array is freed below.
        var count = LibVirt.virConnectListAllStoragePools(_handle, &list, ActiveFilePools);
        if (count < 0)
        {
            throw Failed("list the storage pools");
        }

        StoragePool? found = null;
        var wanted = WithoutTrailingSlash(directory);
        foreach (var handle in TakeAll(list, count, static owned => new StoragePoolHandle(owned)))
        {
            var pool = new StoragePool(this, handle);
            if (found is null && pool.TargetPath is { } path && WithoutTrailingSlash(path) == wanted)
            {
                found = pool;
            }
            else
            {
                pool.Dispose();
            }
        }

        return found;
    }

    /// <summary>The pool of that name, active or not; null when there is none.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public StoragePool? FindPool(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var handle = LibVirt.virStoragePoolLookupByName(_handle, name);
        if (!handle.IsInvalid)
        {
            return new StoragePool(this, handle);
        }

        var error = Failed($"find the storage pool {name}");
        return error.Error == LibvirtError.NoStoragePool ? null : throw error;
    }

    /// <summary>
    /// Starts a pool of the files in a directory that exists. It is gone, and the files stay, when it is destroyed or the host restarts.
    /// </summary>
    /// <exception cref="LibvirtException">A pool of that name or directory is there, or the directory is missing.</exception>
    public StoragePool CreateTransientDirectoryPool(string name, string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var xml = new XElement("pool", new XAttribute("type", "dir"), new XElement("name", name),
            new XElement("target", new XElement("path", directory)));
        var handle = LibVirt.virStoragePoolCreateXML(_handle, xml.ToString(SaveOptions.DisableFormatting), 0);
        return handle.IsInvalid
            ? throw Failed($"start the storage pool {name} of the directory {directory}")
            : new StoragePool(this, handle);
    }

    private static string WithoutTrailingSlash(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
