using System.Text;

namespace LivCloud.Lab.Trials;

/// <summary>Looks for a text in a recorded link.</summary>
internal static class CaptureSearch
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Whether the text is anywhere in the file, in any packet.</summary>
    public static async Task<CleartextTrial> RunAsync(string path, string text, CancellationToken cancellationToken)
    {
        var marker = Encoding.ASCII.GetBytes(text);
        var buffer = new byte[ChunkBytes + marker.Length];
        await using var file = File.OpenRead(path);
        var kept = 0;
        var found = false;
        int count;
        while (!found && (count = await file.ReadAsync(buffer.AsMemory(kept, ChunkBytes), cancellationToken)) > 0)
        {
            // What may be the marker's beginning at the end of this chunk is looked at again with the next.
            var filled = kept + count;
            found = buffer.AsSpan(0, filled).IndexOf(marker) >= 0;
            kept = Math.Min(filled, marker.Length - 1);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
        }

        return new CleartextTrial(file.Length, found);
    }
}
