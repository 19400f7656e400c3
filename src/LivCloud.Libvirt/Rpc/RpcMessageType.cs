namespace LivCloud.Libvirt.Rpc;

/// <summary>What a message is (virNetMessageType).</summary>
public enum RpcMessageType
{
    /// <summary>A call, from client to daemon.</summary>
    Call = 0,

    /// <summary>The reply to a call.</summary>
    Reply = 1,

    /// <summary>An event or keepalive; nobody replies.</summary>
    Message = 2,

    /// <summary>Data of a stream.</summary>
    Stream = 3,

    /// <summary>A call whose file descriptors travel beside it; it can not be relayed to another host.</summary>
    CallWithFileDescriptors = 4,

    /// <summary>A reply whose file descriptors travel beside it; it can not be relayed to another host.</summary>
    ReplyWithFileDescriptors = 5,
}

/// <summary>How a message is meant (virNetMessageStatus).</summary>
public enum RpcMessageStatus
{
    /// <summary>A call, an event, a reply of success, or the end of a stream.</summary>
    Ok = 0,

    /// <summary>A reply that says why the call failed, or a failed stream.</summary>
    Error = 1,

    /// <summary>More of the stream follows.</summary>
    Continue = 2,
}

/// <summary>Why bytes are no RPC message.</summary>
public enum RpcFrameError
{
    /// <summary>They are one, or not enough of one yet.</summary>
    None = 0,

    /// <summary>The length is less than that of a head.</summary>
    TooShort,

    /// <summary>The length is more than libvirt ever sends.</summary>
    TooLong,

    /// <summary>The type is none of <see cref="RpcMessageType"/>.</summary>
    UnknownType,

    /// <summary>The status is none of <see cref="RpcMessageStatus"/>.</summary>
    UnknownStatus,
}
