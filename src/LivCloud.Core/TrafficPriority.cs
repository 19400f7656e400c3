namespace LivCloud.Core;

/// <summary>What a migration takes of a path that others use too.</summary>
public enum TrafficPriority
{
    /// <summary>What others leave (a lower effort, RFC 8622), as far as the transport can: UDT does, TCP shares.</summary>
    Background,

    /// <summary>A share like that of others.</summary>
    Normal,
}
