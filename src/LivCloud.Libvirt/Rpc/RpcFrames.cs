using System.Buffers.Binary;

namespace LivCloud.Libvirt.Rpc;

/// <summary>Recognises the few messages between two daemons that a relay must know.</summary>
public static class RpcFrames
{
    private const uint ProtocolVersion = 1;

    // The shortest arguments, in bytes: finish3 has a name, a cookie (a length each), two optional texts (a flag each), 64-bit flags and
    // `cancelled`; finish3_params has a parameter count, a cookie, 32-bit flags and `cancelled`.
    private const int LeastFinish3Bytes = 4 + 4 + 4 + 4 + 8 + 4;
    private const int LeastFinish3ParamsBytes = 4 + 4 + 4 + 4;

    /// <summary>Whether the other daemon asks for a sign of life; the answer is <see cref="WritePong"/>.</summary>
    public static bool IsKeepAlivePing(in RpcFrameHeader header) => IsKeepAlive(header, KeepAliveProcedure.Ping);

    /// <summary>Whether the other daemon gave a sign of life.</summary>
    public static bool IsKeepAlivePong(in RpcFrameHeader header) => IsKeepAlive(header, KeepAliveProcedure.Pong);

    /// <summary>Whether this is the call that makes the destination run the guest, or drop it.</summary>
    public static bool IsFinish3Call(in RpcFrameHeader header) =>
        IsRemoteCall(header) && header.Procedure is (MigrationProcedure.Finish3 or MigrationProcedure.Finish3Params);

    /// <summary>Whether this is the call that makes the destination wait for the guest.</summary>
    public static bool IsPrepare3Call(in RpcFrameHeader header) =>
        IsRemoteCall(header) && header.Procedure is (MigrationProcedure.Prepare3 or MigrationProcedure.Prepare3Params);

    /// <summary>
    /// Whether this is the reply to the call of that number; <see cref="RpcFrameHeader.Status"/> tells whether it failed.
    /// </summary>
    public static bool IsReplyTo(in RpcFrameHeader header, uint serial) =>
        header.Type is RpcMessageType.Reply or RpcMessageType.ReplyWithFileDescriptors
        && header.Program == RpcProgram.Remote && header.Serial == serial;

    /// <summary>Reads whether a finish3 call tells the destination to drop the guest.</summary>
    /// <param name="wholeFrame">The message with its length word, nothing more.</param>
    /// <param name="cancelled">
    /// true: the migration failed, the destination drops its copy; false: the destination is to run the guest.
    /// </param>
    /// <returns>false when it is no finish3 call, or not exactly one whole message.</returns>
    /// <remarks>The arguments of both variants end with `int cancelled` (remote_domain_migrate_finish3_args and …_params_args).</remarks>
    public static bool TryReadFinishCancelled(ReadOnlySpan<byte> wholeFrame, out bool cancelled)
    {
        cancelled = false;
        if (!RpcFrameHeader.TryRead(wholeFrame, out var header, out _, out _)
            || header.Length != wholeFrame.Length || !IsFinish3Call(header))
        {
            return false;
        }

        var arguments = wholeFrame[RpcFrameHeader.Bytes..];
        var least = header.Procedure == MigrationProcedure.Finish3 ? LeastFinish3Bytes : LeastFinish3ParamsBytes;
        if (arguments.Length < least || arguments.Length % 4 != 0)
        {
            return false;
        }

        cancelled = BinaryPrimitives.ReadInt32BigEndian(arguments[^4..]) != 0;
        return true;
    }

    /// <summary>Writes the answer to a keepalive ping.</summary>
    /// <returns>Bytes written: <see cref="RpcFrameHeader.Bytes"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public static int WritePong(Span<byte> destination)
    {
        var pong = new RpcFrameHeader(RpcFrameHeader.Bytes, RpcProgram.KeepAlive, ProtocolVersion, KeepAliveProcedure.Pong,
            RpcMessageType.Message, 0, RpcMessageStatus.Ok);
        return pong.TryWrite(destination)
            ? RpcFrameHeader.Bytes
            : throw new ArgumentException($"A pong takes {RpcFrameHeader.Bytes} bytes.", nameof(destination));
    }

    private static bool IsKeepAlive(in RpcFrameHeader header, int procedure) =>
        header.Program == RpcProgram.KeepAlive && header.Type == RpcMessageType.Message && header.Procedure == procedure;

    private static bool IsRemoteCall(in RpcFrameHeader header) =>
        header.Program == RpcProgram.Remote && header.Type is RpcMessageType.Call or RpcMessageType.CallWithFileDescriptors;
}
