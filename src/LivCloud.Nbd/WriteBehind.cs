namespace LivCloud.Nbd;

/// <summary>
/// At the client's end of a long way: writes are answered as soon as they are on their way, and a flush only when the server has answered it.
/// What the server says of the writes is kept; an error is told with whatever is answered next.
/// </summary>
/// <remarks>
/// A client that takes an answered write for finished, as it may, sends others to the same bytes; the server's end has to keep their order
/// (<see cref="RequestOrder"/>). Not thread-safe.
/// </remarks>
/// <param name="answers">Whether writes are answered here at all; false for an export without flush.</param>
public sealed class WriteBehind(bool answers)
{
    /// <summary>How many requests may be on their way; so much is remembered of them.</summary>
    public const int MaxOutstanding = 1024;

    private readonly Dictionary<ulong, (NbdRequest Request, bool Answered)> _outstanding = [];
    private ulong _lastCookie;

    /// <summary>How many requests the server has not answered.</summary>
    public int Outstanding => _outstanding.Count;

    /// <summary>Whether no other request may be sent before an answer has come.</summary>
    public bool IsFull => _outstanding.Count >= MaxOutstanding;

    /// <summary>The first error that the server told of a request that was answered here; 0: none.</summary>
    public uint Error { get; private set; }

    /// <summary>Whether a request is answered before the server has answered it.</summary>
    public bool IsAnsweredHere(in NbdRequest request) =>
        answers && request.Changes && (request.Flags & (NbdRequest.ForceUnitAccess | NbdRequest.FastZero)) == 0;

    /// <summary>What the client is told of a write that took the place of one that had not left yet.</summary>
    public NbdReply Replaced(in NbdRequest request) => new(Error, request.Cookie);

    /// <summary>Takes a client's request.</summary>
    /// <param name="request">The request; gets the cookie under which it is sent on, since the client may use its own again.</param>
    /// <returns>What the client is told when all of the request is here; null: the server's answer is passed on.</returns>
    public NbdReply? Take(ref NbdRequest request)
    {
        var cookie = request.Cookie;
        var isAnswered = IsAnsweredHere(request);
        var sent = request with { Cookie = ++_lastCookie };
        if (request.Command != NbdCommand.Disconnect)
        {
            _outstanding.Add(sent.Cookie, (request, isAnswered));
        }

        request = sent;
        return isAnswered ? new NbdReply(Error, cookie) : null;
    }

    /// <summary>Takes a server's reply.</summary>
    /// <param name="reply">The reply; gets the cookie of the client.</param>
    /// <param name="isForClient">Whether the client waits for it.</param>
    /// <param name="payloadBytes">How many bytes follow it.</param>
    public NbdFault Take(ref NbdReply reply, out bool isForClient, out uint payloadBytes)
    {
        (isForClient, payloadBytes) = (false, 0);
        if (!_outstanding.Remove(reply.Cookie, out var taken))
        {
            return NbdFault.Cookie;
        }

        if (taken.Answered && Error == 0)
        {
            Error = reply.Error;
        }

        isForClient = !taken.Answered;
        payloadBytes = taken.Request.Command == NbdCommand.Read && reply.Error == 0 ? taken.Request.Length : 0;

        // What is read is not wrong because something else could not be written.
        var error = reply.Error == 0 && taken.Request.Command == NbdCommand.Flush ? Error : reply.Error;
        reply = new NbdReply(error, taken.Request.Cookie);
        return NbdFault.None;
    }
}
