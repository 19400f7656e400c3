namespace LivCloud.Architecture.Tests.Rules;

/// <summary>The dependency rule of ARCHITECTURE.md: which projects a project may use.</summary>
internal static class DependencyTable
{
    /// <summary>For each project under src/, what it may refer to, directly.</summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        ["LivCloud.Core"] = [],
        ["LivCloud.Nbd"] = [],
        ["LivCloud.Prediction"] = ["LivCloud.Core"],
        ["LivCloud.Transport"] = [],
        ["LivCloud.Transport.Sockets"] = ["LivCloud.Transport"],
        ["LivCloud.Channel"] = ["LivCloud.Core", "LivCloud.Transport", "LivCloud.Transport.Sockets"],
        ["LivCloud.Libvirt"] = ["LivCloud.Core"],
        ["LivCloud.Migration"] = ["LivCloud.Core", "LivCloud.Prediction"],
        ["LivCloud.Api"] = ["LivCloud.Core"],
        ["LivCloud.Agent"] = ["LivCloud.Core", "LivCloud.Channel", "LivCloud.Libvirt", "LivCloud.Migration", "LivCloud.Prediction", "LivCloud.Nbd", "LivCloud.Api"],
        ["LivCloud.Lab"] = ["LivCloud.Core", "LivCloud.Api", "LivCloud.Channel"],
        ["LivCloud.Cli"] =
        [
            "LivCloud.Core", "LivCloud.Channel", "LivCloud.Libvirt", "LivCloud.Migration", "LivCloud.Api", "LivCloud.Agent", "LivCloud.Lab",
        ],
    };

    /// <summary>The assembly that a project becomes.</summary>
    public static string AssemblyOf(string project) => project == "LivCloud.Cli" ? "livcloud" : project;
}
