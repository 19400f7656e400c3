using System.Text.Json;
using LivCloud.Lab.Processes;
using LivCloud.Lab.Topology;

namespace LivCloud.Lab.Guests;

/// <summary>Reads a guest's image from outside: the extents come from `qemu-img map`, the bytes straight from the file.</summary>
/// <remarks>The guest must be paused or off. With cache=none all that the guest was told to be durable is in the file then.</remarks>
internal static class DiskVerifier
{
    public static async Task<DiskReport> VerifyAsync(string imagePath, GuestDisk disk, long? durableRecords, CancellationToken cancellationToken)
    {
        var check = await CommandRunner.RunAsync(["qemu-img", "check", "-U", "-f", "qcow2", "--output=json", imagePath], cancellationToken);
        if (check.ExitCode is not (0 or 2 or 3))   // 2: errors, 3: leaks only
        {
            throw new LabException(LabError.Failed, $"The image '{imagePath}' can not be checked: {check.Error.Trim()}");
        }

        using var checkResult = JsonDocument.Parse(check.Output);
        var errors = Number(checkResult, "corruptions") + Number(checkResult, "check-errors");
        var leaks = Number(checkResult, "leaks");

        var map = await CommandRunner.RunCheckedAsync(["qemu-img", "map", "-U", "-f", "qcow2", "--output=json", imagePath], cancellationToken);
        var extents = ReadExtents(map);
        using var file = new FileStream(imagePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var (damaged, firstDamaged) = CountDamagedData(file, extents, disk.Data.Bytes);
        var (records, missing, corrupt, firstHole) = CountRecords(file, extents, disk, durableRecords ?? 0);
        return new DiskReport(records, missing, corrupt, durableRecords, damaged, errors, leaks, Describe(file, extents, firstDamaged ?? firstHole));
    }

    private static long Number(JsonDocument document, string name) => document.RootElement.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    private static string? Describe(FileStream file, List<Extent> extents, long? at) => at is not { } position ? null
        : $"at byte {position}: " + (extents.Where(extent => extent.Start <= position && position < extent.Start + extent.Length).ToList() is [var extent, ..]
            ? $"extent {extent} of a file of {file.Length} bytes" : "not in the image");

    private static (long Chunks, long? First) CountDamagedData(FileStream file, List<Extent> extents, long dataBytes)
    {
        byte[] expected = new byte[DiskData.ChunkBytes], actual = new byte[DiskData.ChunkBytes];
        var damaged = 0L;
        long? firstDamaged = null;
        for (var chunk = 0L; chunk < dataBytes / DiskData.ChunkBytes; chunk++)
        {
            DiskData.Fill(expected, chunk);
            Read(file, extents, chunk * DiskData.ChunkBytes, actual);
            var same = expected.AsSpan().CommonPrefixLength(actual);
            if (same < expected.Length)
            {
                damaged++;
                firstDamaged ??= chunk * DiskData.ChunkBytes + same;
            }
        }

        return (damaged, firstDamaged);
    }

    private static (long Records, long Missing, long Corrupt, long? FirstHole) CountRecords(FileStream file, List<Extent> extents, GuestDisk disk, long durable)
    {
        var buffer = new byte[DiskData.ChunkBytes];
        long records = 0, corrupt = 0, last = -1, total = (disk.Size.Bytes - disk.Data.Bytes) / DiskRecord.Bytes;
        ulong? run = null;
        long? firstHole = null;
        for (var first = 0L; first < total; first += DiskData.ChunkBytes / DiskRecord.Bytes)
        {
            var bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, (total - first) * DiskRecord.Bytes));
            if (!Read(file, extents, disk.Data.Bytes + first * DiskRecord.Bytes, bytes) && first > durable)
            {
                break;   // Nothing was ever written here, and records are written in order.
            }

            for (var at = 0; at < bytes.Length; at += DiskRecord.Bytes)
            {
                var slot = bytes.Slice(at, DiskRecord.Bytes);
                var number = first + at / DiskRecord.Bytes;
                var isRecord = DiskRecord.TryRead(slot, out var record) && record.Number == (ulong)number;
                if (isRecord && record.Run == (run ??= record.Run))
                {
                    records++;
                    last = number;
                }
                else
                {
                    firstHole ??= disk.Data.Bytes + number * DiskRecord.Bytes;
                    corrupt += !isRecord && slot.ContainsAnyExcept((byte)0) ? 1 : 0;
                }
            }
        }

        var expected = Math.Max(last + 1, durable);
        return (records, expected - records - corrupt, corrupt, records == expected ? null : firstHole);
    }

    /// <summary>Reads a range of the guest's disk; what is not in the file reads as zeros.</summary>
    /// <returns>false when nothing of the range is in the file.</returns>
    private static bool Read(FileStream file, List<Extent> extents, long start, Span<byte> bytes)
    {
        bytes.Clear();
        var any = false;
        foreach (var extent in extents)
        {
            var from = Math.Max(start, extent.Start);
            var until = Math.Min(start + bytes.Length, extent.Start + extent.Length);
            if (from < until)
            {
                any = true;
                file.Position = extent.Offset + from - extent.Start;
                file.ReadAtLeast(bytes[(int)(from - start)..(int)(until - start)], (int)(until - from), throwOnEndOfStream: false);
            }
        }

        return any;
    }

    private static List<Extent> ReadExtents(string map)
    {
        using var document = JsonDocument.Parse(map);
        return [.. document.RootElement.EnumerateArray()
            .Where(extent => extent.GetProperty("data").GetBoolean() && extent.TryGetProperty("offset", out _))
            .Select(extent => new Extent(extent.GetProperty("start").GetInt64(), extent.GetProperty("length").GetInt64(), extent.GetProperty("offset").GetInt64()))];
    }

    private readonly record struct Extent(long Start, long Length, long Offset);
}
