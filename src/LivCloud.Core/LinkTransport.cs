namespace LivCloud.Core;

/// <summary>What the links between two hosts are made over.</summary>
public enum LinkTransport
{
    /// <summary>UDT where the round trip is long and UDP gets through, otherwise TCP.</summary>
    Auto,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDT.</summary>
    Udt,
}
