using LivCloud.Core;
using LivCloud.Lab.Links;

namespace LivCloud.Lab.Topology;

/// <summary>What a lab is made of, as its file says.</summary>
/// <param name="Sites">The sites, one at least; every host has a name of its own.</param>
/// <param name="Links">The links that join sites; all sites can reach each other over them.</param>
/// <param name="Guests">The guests, each on one host at first.</param>
/// <param name="ClientSite">The site where the measuring client is attached; null when the lab has none.</param>
public sealed record LabFile(
    IReadOnlyList<LabSite> Sites, IReadOnlyList<LabLinkSpec> Links, IReadOnlyList<LabGuestSpec> Guests, string? ClientSite)
{
    /// <summary>Reads a lab file.</summary>
    /// <exception cref="LabException">The file can not be read or is wrong; the message names the line.</exception>
    public static LabFile Load(string path)
    {
        try
        {
            return LabFileReader.Read(File.ReadAllText(path), path);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new LabException(LabError.Invalid, $"The lab file '{path}' can not be read.", ex);
        }
    }
}

/// <summary>A place with an underlay network of its own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hosts">The names of its hosts, in the order of their addresses.</param>
public sealed record LabSite(string Name, IReadOnlyList<string> Hosts);

/// <summary>A link between two sites.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LeftSite">The site at one end.</param>
/// <param name="RightSite">The site at the other end.</param>
/// <param name="Settings">What it does to packets, in both directions alike.</param>
public sealed record LabLinkSpec(string Name, string LeftSite, string RightSite, LinkSettings Settings);

/// <summary>A guest.</summary>
/// <param name="Name">Its name, also the libvirt domain's.</param>
/// <param name="Host">The host where it starts.</param>
/// <param name="Memory">Its memory.</param>
/// <param name="Workload">What the program in it does.</param>
/// <param name="Disk">Its disk; null when it has none.</param>
public sealed record LabGuestSpec(string Name, string Host, ByteSize Memory, GuestWorkload Workload, GuestDisk? Disk);

/// <summary>What the program in a guest does beside answering probes.</summary>
/// <param name="DirtyBytesPerSecond">How much memory it rewrites in a second.</param>
/// <param name="WorkingSet">Over how much memory it does so, in turn.</param>
/// <param name="Compressibility">The part of each page that is constant, 0 to 1; the rest is random.</param>
/// <param name="HasMarker">Whether a unique string is kept in its memory, to be looked for on the wire.</param>
public sealed record GuestWorkload(long DirtyBytesPerSecond, ByteSize WorkingSet, double Compressibility, bool HasMarker);

/// <summary>A guest's disk.</summary>
/// <param name="Size">Its virtual size.</param>
/// <param name="Data">How much of it is filled with seeded pseudo-random data beforehand; records are written behind that.</param>
/// <param name="Storage">Where its image is.</param>
public sealed record GuestDisk(ByteSize Size, ByteSize Data, GuestStorage Storage);

/// <summary>Where a disk's image is.</summary>
public enum GuestStorage
{
    /// <summary>In the host's own directory; another host does not see it.</summary>
    Local,

    /// <summary>On the lab's NFS server, which every host reaches over a storage network that is no part of the links.</summary>
    Nfs,
}
