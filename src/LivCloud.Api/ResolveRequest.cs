using System.Text.Json.Serialization;

namespace LivCloud.Api;

/// <summary>An operator's decision about a stranded migration.</summary>
public sealed record ResolveRequest
{
    /// <summary>The copy of the VM that goes on.</summary>
    /// <remarks>
    /// To keep the destination's destroys the stopped copy at the source. To keep the source's asks and destroys nothing at the destination:
    /// that its copy is gone for good is the operator's word.
    /// </remarks>
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
