using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>What tells a file from a later one at the same path: its device, inode and time of birth (statx(2)).</summary>
public static class FileIdentity
{
    private const int CurrentDirectory = -100;   // AT_FDCWD
    private const uint InodeAndBirth = 0x100 | 0x800;   // STATX_INO, STATX_BTIME

    /// <summary>Where struct statx has what is read here, and how long it is.</summary>
    private const int InodeOffset = 32, BirthOffset = 80, BirthNanosecondsOffset = 88, DeviceOffset = 136, StatxBytes = 256;

    /// <summary>The identity of the file at a path; null when there is none.</summary>
    /// <remarks>An inode's number is used again for a later file; where a file system keeps no time of birth, that is not noticed.</remarks>
    public static string? Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Span<byte> buffer = stackalloc byte[StatxBytes];
        return LibC.statx(CurrentDirectory, path, 0, InodeAndBirth, ref MemoryMarshal.GetReference(buffer)) == 0
            ? string.Create(CultureInfo.InvariantCulture,
                $"{Read64(buffer, DeviceOffset):x}-{Read64(buffer, InodeOffset):x}-{Read64(buffer, BirthOffset):x}.{BinaryPrimitives.ReadUInt32LittleEndian(buffer[BirthNanosecondsOffset..]):x}")
            : null;
    }

    private static ulong Read64(ReadOnlySpan<byte> buffer, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(buffer[offset..]);
}
