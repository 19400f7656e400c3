using System.Text.Json.Serialization;

namespace LivCloud.Api;

/// <summary>An operator's decision about a stranded migration.</summary>
public sealed record ResolveRequest
{
    /// <summary>The copy of the VM that goes on; the other is destroyed.</summary>
    public required VmCopy Keep { get; init; }
}

/// <summary>One of the two copies of a VM that is being migrated.</summary>
public enum VmCopy
{
    /// <summary>The one at the source.</summary>
    [JsonStringEnumMemberName("source")]
    Source,

    /// <summary>The one at the destination.</summary>
    [JsonStringEnumMemberName("destination")]
    Destination,
}
