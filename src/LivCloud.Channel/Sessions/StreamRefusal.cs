namespace LivCloud.Channel;

/// <summary>Why a stream that the peer asked for is not accepted.</summary>
/// <param name="Reason">One sentence for people; it travels to the peer and is cut at 512 bytes of UTF-8.</param>
public sealed record StreamRefusal(string Reason);
