namespace LivCloud.Libvirt;

/// <summary>How the host's CPU relates to a description (virCPUCompareResult).</summary>
public enum CpuComparison
{
    /// <summary>It could not be compared. The methods here throw instead.</summary>
    Error = -1,

    /// <summary>The host lacks something that the description has.</summary>
    Incompatible = 0,

    /// <summary>The host has what the description has and nothing else.</summary>
    Identical = 1,

    /// <summary>The host has all that the description has, and more.</summary>
    Superset = 2,
}
