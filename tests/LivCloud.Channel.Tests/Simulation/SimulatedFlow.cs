using LivCloud.Channel.Protocol;

namespace LivCloud.Channel.Tests.Simulation;

/// <summary>Both ends of one direction of a stream, with contents that follow from their position.</summary>
internal sealed class SimulatedFlow(uint stream, int fromEnd, long totalBytes)
{
    private const int Period = 65521;
    private const int MaxPiece = 200_000;
    private static readonly byte[] Pattern = MakePattern();
    private static readonly byte[] Piece = new byte[MaxPiece];

    public uint Stream { get; } = stream;

    public int FromEnd { get; } = fromEnd;

    public long Written { get; private set; }

    public long Read { get; private set; }

    public bool IsCompleted { get; private set; }

    public bool HasEnded { get; private set; }

    /// <summary>Writes up to that many bytes, and completes the direction after the last.</summary>
    public void Write(SessionCore core, StreamCore at, int count)
    {
        Written += core.Write(at, BytesAt(Written, (int)Math.Min(Math.Min(count, MaxPiece), totalBytes - Written)));
        if (Written == totalBytes && !IsCompleted)
        {
            IsCompleted = true;
            core.CompleteWrites(at);
        }
    }

    /// <summary>Reads up to that many bytes, and checks them.</summary>
    public void ReadAndCheck(SessionCore core, StreamCore at, int count)
    {
        var read = core.Read(at, Piece.AsSpan(0, Math.Min(count, MaxPiece)));
        Assert.True(BytesAt(Read, read).SequenceEqual(Piece.AsSpan(0, read)), $"Stream {Stream} is wrong between {Read} and {Read + read}.");
        Read += read;
        HasEnded = at.HasReadAll;
        Assert.True(!HasEnded || Read == totalBytes, $"Stream {Stream} ended at {Read} instead of {totalBytes}.");
    }

    private ReadOnlySpan<byte> BytesAt(long offset, int count) =>
        Pattern.AsSpan((int)((offset + (Stream * 977) + (FromEnd * 31)) % Period), count);

    private static byte[] MakePattern()
    {
        var period = new byte[Period];
        new Random(1).NextBytes(period);
        var pattern = new byte[Period + MaxPiece];
        for (var at = 0; at < pattern.Length; at++)
        {
            pattern[at] = period[at % Period];
        }

        return pattern;
    }
}
