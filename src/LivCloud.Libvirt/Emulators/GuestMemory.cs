using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace LivCloud.Libvirt.Emulators;

/// <summary>A running guest's memory, read through its emulator's (proc(5), maps and mem); the guest does not notice.</summary>
public sealed class GuestMemory : IDisposable
{
    private readonly SafeFileHandle _memory;
    private readonly IReadOnlyList<(long Start, long Length)> _areas;

    private GuestMemory(SafeFileHandle memory, IReadOnlyList<(long Start, long Length)> areas) => (_memory, _areas) = (memory, areas);

    /// <summary>Its size, in bytes.</summary>
    public long Length => _areas.Sum(area => area.Length);

    /// <summary>Opens the memory of a guest.</summary>
    /// <param name="emulator">The guest's emulator.</param>
    /// <param name="memoryBytes">The guest's memory, in bytes, as it is defined.</param>
    /// <returns>null when the process has ended, may not be read, or has no such memory.</returns>
    public static GuestMemory? Open(EmulatorProcess emulator, long memoryBytes)
    {
        ArgumentNullException.ThrowIfNull(emulator);
        try
        {
            var areas = Find(File.ReadLines($"/proc/{emulator.Pid}/maps"), memoryBytes);
            return areas.Count == 0 || emulator.State == EmulatorProcessState.Ended
                ? null
                : new GuestMemory(File.OpenHandle($"/proc/{emulator.Pid}/mem", share: FileShare.ReadWrite), areas);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a part.</summary>
    /// <param name="offset">From where on, in bytes from the memory's start.</param>
    /// <param name="into">What gets it.</param>
    /// <returns>false when it can not be read: the guest has ended, or gave that part back.</returns>
    public bool TryRead(long offset, Span<byte> into)
    {
        foreach (var (start, length) in _areas)
        {
            if (offset < length)
            {
                try
                {
                    return RandomAccess.Read(_memory, into[..(int)Math.Min(into.Length, length - offset)], start + offset) == into.Length;
                }
                catch (IOException)
                {
                    return false;
                }
            }

            offset -= length;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <summary>The areas of an address space that are a guest's memory: the largest that can be written, up to its size.</summary>
    /// <param name="maps">Lines of /proc/PID/maps.</param>
    /// <param name="memoryBytes">The guest's memory, in bytes.</param>
    internal static IReadOnlyList<(long Start, long Length)> Find(IEnumerable<string> maps, long memoryBytes)
    {
        var found = new List<(long Start, long Length)>();
        var missing = memoryBytes;
        foreach (var area in maps.Select(Read).OfType<(long Start, long Length)>().OrderByDescending(area => area.Length))
        {
            // Nothing else of an emulator is nearly as large, but for a gap that is reserved beside it.
            if (area.Length <= missing)
            {
                found.Add(area);
                missing -= area.Length;
            }

            if (missing < memoryBytes / 64)
            {
                return [.. found.OrderBy(one => one.Start)];
            }
        }

        return [];
    }

    private static (long Start, long Length)? Read(string line)
    {
        var fields = line.Split(' ', 3);
        var dash = fields[0].IndexOf('-', StringComparison.Ordinal);
        return fields.Length > 1 && dash > 0 && fields[1].StartsWith("rw", StringComparison.Ordinal)
            && long.TryParse(fields[0].AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
            && long.TryParse(fields[0].AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end) && end > start
            ? (start, end - start)
            : null;
    }
}
