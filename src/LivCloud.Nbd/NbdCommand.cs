namespace LivCloud.Nbd;

/// <summary>What a request of the transmission phase asks for ("Request types" of the NBD protocol).</summary>
public enum NbdCommand : ushort
{
    /// <summary>NBD_CMD_READ: the answer carries the bytes.</summary>
    Read = 0,

    /// <summary>NBD_CMD_WRITE: the bytes follow the request.</summary>
    Write = 1,

    /// <summary>NBD_CMD_DISC: the client is done; there is no answer.</summary>
    Disconnect = 2,

    /// <summary>NBD_CMD_FLUSH: every write that was answered before is on stable storage when this is answered.</summary>
    Flush = 3,

    /// <summary>NBD_CMD_TRIM: the range is not needed any more.</summary>
    Trim = 4,

    /// <summary>NBD_CMD_CACHE: the range will be read soon.</summary>
    Cache = 5,

    /// <summary>NBD_CMD_WRITE_ZEROES.</summary>
    WriteZeroes = 6,
}
