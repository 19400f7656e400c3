using LivCloud.Agent.Configuration;
using LivCloud.Core;

namespace LivCloud.Agent.Relays;

/// <summary>The directory that holds a migration's sockets; its path is the same string on both hosts, since the destination's QEMU binds what the source's connects to.</summary>
internal static class MigrationDirectory
{
    /// <summary>Socket of the destination's libvirt.</summary>
    public const string Libvirt = "libvirt.sock";

    /// <summary>Socket of the memory streams.</summary>
    public const string Memory = "memory.sock";

    /// <summary>Socket of the disks' NBD server.</summary>
    public const string Disks = "disks.sock";

    /// <summary>Makes it, empty. QEMU, which may run as another user, can reach it and create sockets in it; nobody can list it or remove what is another's.</summary>
    public static string Make(AgentOptions options, MigrationId id)
    {
        var path = options.MigrationDirectory(id);
        Remove(options, id);
        var parent = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(parent);
        File.SetUnixFileMode(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.StickyBit | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        return path;
    }

    /// <summary>Removes those that an agent left that was killed: their sockets lead nowhere any more.</summary>
    public static void RemoveAll(AgentOptions options)
    {
        try
        {
            Directory.Delete(options.MigrationDirectories, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing to remove.
        }
    }

    /// <summary>Removes it with all that is in it; does nothing when it is not there.</summary>
    public static void Remove(AgentOptions options, MigrationId id)
    {
        try
        {
            Directory.Delete(options.MigrationDirectory(id), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing to remove.
        }
    }
}
