using LivCloud.Core;

namespace LivCloud.Channel;

/// <summary>What a stream is for. The list is closed: a peer can reach nothing that is not in it.</summary>
public enum StreamKind
{
    /// <summary>HTTP between agents, or between an agent and its controller.</summary>
    Api = 1,

    /// <summary>Libvirt's RPC for one migration.</summary>
    Libvirt = 2,

    /// <summary>Guest memory of one migration.</summary>
    Memory = 3,

    /// <summary>The copy of one disk of one migration (NBD).</summary>
    Disk = 4,

    /// <summary>A user's connection to the peer's libvirt, as <c>livcloud connect</c> makes it.</summary>
    Console = 5,

    /// <summary>Bytes that nobody needs, to measure the path.</summary>
    Measure = 6,
}

/// <summary>Names what a stream joins: a kind and a migration, never a path or an address.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Migration">The migration that it belongs to; null for kinds that belong to none.</param>
/// <param name="Index">Which one of several of a kind, in the order in which they were connected; 0 to 65535.</param>
public readonly record struct StreamTarget(StreamKind Kind, MigrationId? Migration, int Index)
{
    /// <summary>The target in words, such as "Memory 0 of migration k3v9...".</summary>
    public override string ToString() => Migration is { } migration ? $"{Kind} {Index} of migration {migration}" : $"{Kind} {Index}";
}
