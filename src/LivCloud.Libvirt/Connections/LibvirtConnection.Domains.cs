using System.Runtime.InteropServices;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class LibvirtConnection
{
    /// <summary>All domains: running and defined. The caller disposes of each.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public unsafe IReadOnlyList<Domain> ListDomains()
    {
        nint* list = null;

        // SAFETY: on success libvirt stores a malloc'ed array of `count` domains; each is owned by its handle, the array is freed here.
        var count = LibVirt.virConnectListAllDomains(_handle, &list, 0);
        if (count < 0)
        {
            throw Failed("list the domains");
        }

        var handles = TakeAll(list, count, static owned => new DomainHandle(owned));
        return Array.ConvertAll(handles, handle => new Domain(this, handle));
    }

    /// <summary>The domain of that name; null when there is none.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public Domain? FindDomain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Found(LibVirt.virDomainLookupByName(_handle, name), name);
    }

    /// <summary>The domain of that UUID; null when there is none.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public unsafe Domain? FindDomain(Guid uuid)
    {
        var bytes = stackalloc byte[16];

        // SAFETY: the buffer holds the 16 bytes that libvirt reads.
        uuid.TryWriteBytes(new Span<byte>(bytes, 16), bigEndian: true, out _);
        return Found(LibVirt.virDomainLookupByUUID(_handle, bytes), uuid.ToString());
    }

    /// <summary>Keeps a description as a domain that does not run (virDomainDefineXML).</summary>
    /// <exception cref="LibvirtException">The description is refused.</exception>
    public Domain DefineDomain(string xml)
    {
        ArgumentNullException.ThrowIfNull(xml);
        var handle = LibVirt.virDomainDefineXML(_handle, xml);
        return handle.IsInvalid ? throw Failed("define a domain") : new Domain(this, handle);
    }

    /// <summary>Starts a transient domain (virDomainCreateXML).</summary>
    /// <param name="xml">Its description.</param>
    /// <param name="paused">Whether its CPUs wait for <see cref="Domain.Resume"/>.</param>
    /// <exception cref="LibvirtException">The description is refused, or it does not start.</exception>
    public Domain CreateDomain(string xml, bool paused = false)
    {
        ArgumentNullException.ThrowIfNull(xml);
        var handle = LibVirt.virDomainCreateXML(_handle, xml, paused ? Domain.StartPaused : 0);
        return handle.IsInvalid ? throw Failed("start a domain") : new Domain(this, handle);
    }

    private Domain? Found(DomainHandle handle, string domain)
    {
        if (!handle.IsInvalid)
        {
            return new Domain(this, handle);
        }

        var error = Failed($"find the domain {domain}");
        return error.Error == LibvirtError.NoDomain ? null : throw error;
    }

    private static unsafe T[] TakeAll<T>(nint* list, int count, Func<nint, T> own)
    {
        // SAFETY: the caller passes a malloc'ed array of `count` pointers that are its own; NativeMemory.Free is free(3).
        var taken = new T[count];
        for (var index = 0; index < count; index++)
        {
            taken[index] = own(list[index]);
        }

        NativeMemory.Free(list);
        return taken;
    }
}
