namespace LivCloud.Channel.Links;

/// <summary>What carries a link: a connection of TCP or UDT, below TLS.</summary>
internal interface ILinkCarrier : IDisposable
{
    /// <summary>"tcp" or "udt".</summary>
    string Name { get; }

    /// <summary>The bytes in both directions; what is written leaves when it is flushed.</summary>
    Stream Stream { get; }

    /// <summary>Where the other end is, for messages.</summary>
    string RemoteAddress { get; }

    /// <summary>Whether the connection still looks for the rate of its path, for which it must never be short of bytes to send.</summary>
    bool IsStartingUp { get; }

    /// <summary>The path's round trip, smoothed; null when it is not known.</summary>
    TimeSpan? RoundTrip { get; }

    /// <summary>What it has sent so far.</summary>
    PacketCount Packets { get; }

    /// <summary>Whether it leaves the path to whoever else uses it, as far as what carries it can.</summary>
    bool IsBackground { set; }

    /// <summary>Sets how many bytes may wait unsent.</summary>
    void LimitUnsent(int bytes);

    /// <summary>The other end has shown who it is: it may send as much as the path carries.</summary>
    void Trust();

    /// <summary>Says that nothing more is sent; what was sent still arrives.</summary>
    void ShutdownSend();

    /// <summary>Breaks the connection at once, so that reads and writes that wait on it fail.</summary>
    void Abort();
}
