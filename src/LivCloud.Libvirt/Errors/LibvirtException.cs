namespace LivCloud.Libvirt;

/// <summary>A call to libvirt that failed.</summary>
/// <remarks>The message says what was tried and, after a colon, what libvirt said.</remarks>
public sealed class LibvirtException : Exception
{
    internal LibvirtException(string attempt, LibvirtError error, int nativeCode, int domain, string nativeMessage, bool isTransient)
        : base($"Could not {attempt}: {nativeMessage}")
    {
        Error = error;
        NativeCode = nativeCode;
        Domain = domain;
        NativeMessage = nativeMessage;
        IsTransient = isTransient;
    }

    /// <summary>The kind of failure, for programs.</summary>
    public LibvirtError Error { get; }

    /// <summary>The virErrorNumber as libvirt gave it; 0 when it gave none.</summary>
    public int NativeCode { get; }

    /// <summary>The part of libvirt that failed: a virErrorDomain, such as 10 for the QEMU driver and 7 for the RPC layer.</summary>
    public int Domain { get; }

    /// <summary>What libvirt said, without what was tried.</summary>
    public string NativeMessage { get; }

    /// <summary>
    /// Whether this connection to the daemon is broken or could not be made, as while the daemon restarts: a new connection may do.
    /// A failure of the daemon's own connection to a destination is not meant.
    /// </summary>
    public bool IsTransient { get; }
}
