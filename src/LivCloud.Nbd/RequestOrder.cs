namespace LivCloud.Nbd;

/// <summary>
/// At the server's end: holds a request back while one that it depends on is not answered, as the client would have done that was answered early
/// (<see cref="WriteBehind"/>). Servers may work on all that they have in any order. Not thread-safe.
/// </summary>
public sealed class RequestOrder
{
    /// <summary>How many requests the server is given at a time.</summary>
    public const int MaxOutstanding = 64;

    private readonly Dictionary<ulong, NbdRequest> _outstanding = [];

    /// <summary>How many requests the server has not answered.</summary>
    public int Outstanding => _outstanding.Count;

    /// <summary>Takes a request to give it to the server.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mayStart">Whether it may be given to the server now; if not, it is to be taken again after an answer.</param>
    public NbdFault Take(in NbdRequest request, out bool mayStart)
    {
        mayStart = false;
        switch (request.Command)
        {
            case NbdCommand.Flush or NbdCommand.Disconnect when _outstanding.Count > 0:
            case var _ when _outstanding.Count >= MaxOutstanding:
                return NbdFault.None;
            case NbdCommand.Disconnect:
                mayStart = true;
                return NbdFault.None;
        }

        foreach (var earlier in _outstanding.Values)
        {
            if (earlier.Conflicts(request))
            {
                return NbdFault.None;
            }
        }

        mayStart = _outstanding.TryAdd(request.Cookie, request);
        return mayStart ? NbdFault.None : NbdFault.Cookie;
    }

    /// <summary>Takes the server's answer.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="payloadBytes">How many bytes follow it.</param>
    public NbdFault Take(in NbdReply reply, out uint payloadBytes)
    {
        var known = _outstanding.Remove(reply.Cookie, out var request);
        payloadBytes = known && request.Command == NbdCommand.Read && reply.Error == 0 ? request.Length : 0;
        return known ? NbdFault.None : NbdFault.Cookie;
    }
}
