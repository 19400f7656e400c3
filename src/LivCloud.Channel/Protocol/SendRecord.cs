using LivCloud.Channel.Wire;

namespace LivCloud.Channel.Protocol;

/// <summary>One frame that is kept until the peer acknowledges it: ready to be copied to a link, and to another if that one dies.</summary>
internal sealed class SendRecord
{
    /// <summary>The frame, header included, from the beginning of the block.</summary>
    public byte[] Block { get; private set; } = [];

    /// <summary>The length of the frame.</summary>
    public int FrameBytes { get; set; }

    /// <summary>The stream whose DATA this is; null for all other frames.</summary>
    public StreamCore? Stream { get; private set; }

    /// <summary>Where the first byte of a DATA frame belongs.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether a link has taken it at least once.</summary>
    public bool WasSent { get; set; }

    /// <summary>Stream bytes in a DATA frame.</summary>
    public int DataBytes => FrameBytes - WireLimits.DataOverheadBytes;

    public void Fill(byte[] block, int frameBytes, StreamCore? stream, long offset) =>
        (Block, FrameBytes, Stream, Offset, WasSent) = (block, frameBytes, stream, offset, false);
}

/// <summary>Lends records with their blocks, and knows how much is lent.</summary>
internal sealed class SendRecordPool(BlockPool blocks)
{
    private readonly Stack<SendRecord> _free = new();

    /// <summary>The bytes of all blocks of records that wait or are not acknowledged.</summary>
    public long RetainedBytes { get; private set; }

    /// <summary>How many records of frames other than DATA wait or are not acknowledged.</summary>
    public int ControlRecords { get; private set; }

    /// <summary>How many records of any frame wait or are not acknowledged.</summary>
    public int Records { get; private set; }

    /// <summary>The bytes of the blocks of records that a link took and the peer did not acknowledge.</summary>
    public long UnacknowledgedBytes { get; private set; }

    public SendRecord Rent(int minFrameBytes, StreamCore? stream, long offset)
    {
        var record = _free.TryPop(out var free) ? free : new SendRecord();
        record.Fill(blocks.Rent(minFrameBytes), 0, stream, offset);
        RetainedBytes += record.Block.Length;
        Records++;
        ControlRecords += stream is null ? 1 : 0;
        return record;
    }

    /// <summary>How many DATA records wait to be sent again.</summary>
    public int RecordsToRepeat { get; set; }

    /// <summary>Notes that a link takes the record.</summary>
    /// <returns>Whether one took it before.</returns>
    public bool NoteSent(SendRecord record)
    {
        var wasSent = record.WasSent;
        UnacknowledgedBytes += wasSent ? 0 : record.Block.Length;
        record.WasSent = true;
        return wasSent;
    }

    public void Return(SendRecord record)
    {
        UnacknowledgedBytes -= record.WasSent ? record.Block.Length : 0;
        RetainedBytes -= record.Block.Length;
        Records--;
        ControlRecords -= record.Stream is null ? 1 : 0;
        blocks.Return(record.Block);
        record.Fill([], 0, null, 0);
        _free.Push(record);
    }
}
