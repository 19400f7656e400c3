namespace LivCloud.Libvirt.Rpc;

/// <summary>The programs of libvirt's RPC that a connection between two daemons uses.</summary>
public static class RpcProgram
{
    /// <summary>REMOTE_PROGRAM: libvirt's API (src/remote/remote_protocol.x).</summary>
    public const uint Remote = 0x20008086;

    /// <summary>QEMU_PROGRAM: what is special to QEMU (src/remote/qemu_protocol.x).</summary>
    public const uint Qemu = 0x20008087;

    /// <summary>KEEPALIVE_PROGRAM: "keep" in ASCII (src/rpc/virkeepaliveprotocol.x).</summary>
    public const uint KeepAlive = 0x6b656570;
}

/// <summary>The procedures of <see cref="RpcProgram.KeepAlive"/>; both are of type <see cref="RpcMessageType.Message"/>.</summary>
public static class KeepAliveProcedure
{
    /// <summary>KEEPALIVE_PROC_PING.</summary>
    public const int Ping = 1;

    /// <summary>KEEPALIVE_PROC_PONG.</summary>
    public const int Pong = 2;
}

/// <summary>
/// The procedures of <see cref="RpcProgram.Remote"/> that a migration consists of (remote_procedure in remote_protocol.x).
/// </summary>
/// <remarks>
/// In a peer-to-peer migration the source's daemon calls Prepare and Finish at the destination's; the others stay within it.
/// </remarks>
public static class MigrationProcedure
{
    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_BEGIN3.</summary>
    public const int Begin3 = 213;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_PREPARE3.</summary>
    public const int Prepare3 = 214;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_PREPARE_TUNNEL3.</summary>
    public const int PrepareTunnel3 = 215;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_PERFORM3.</summary>
    public const int Perform3 = 216;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_FINISH3.</summary>
    public const int Finish3 = 217;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_CONFIRM3.</summary>
    public const int Confirm3 = 218;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_BEGIN3_PARAMS.</summary>
    public const int Begin3Params = 302;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_PREPARE3_PARAMS.</summary>
    public const int Prepare3Params = 303;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_PREPARE_TUNNEL3_PARAMS.</summary>
    public const int PrepareTunnel3Params = 304;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_PERFORM3_PARAMS.</summary>
    public const int Perform3Params = 305;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_FINISH3_PARAMS.</summary>
    public const int Finish3Params = 306;

    /// <summary>REMOTE_PROC_DOMAIN_MIGRATE_CONFIRM3_PARAMS.</summary>
    public const int Confirm3Params = 307;
}
