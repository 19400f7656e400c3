using LivCloud.Core;
using LivCloud.Lab.Native;

namespace LivCloud.Lab.Networks;

/// <summary>Names and directories of one lab; no two labs share any.</summary>
/// <remarks>A lab's name has no two hyphens in a row and none at its end, so "lc-NAME--" is the prefix of no other lab's namespaces.</remarks>
internal sealed record LabNames(string Lab)
{
    public const string RunRoot = "/run/livcloud-lab";
    public const string DataRoot = "/var/lib/livcloud-lab";
    public const int MaxCharacters = 20;

    /// <summary>Sockets, logs and what else vanishes at a reboot.</summary>
    public string RunDirectory => $"{RunRoot}/{Lab}";

    /// <summary>Disks and the hosts' files.</summary>
    public string DataDirectory => $"{DataRoot}/{Lab}";

    public string LabFile => $"{RunDirectory}/lab.yaml";

    public string StateFile => $"{RunDirectory}/state.json";

    public string Prefix => $"lc-{Lab}--";

    public string ClientNamespace => $"{Prefix}net.client";

    public string StorageNamespace => $"{Prefix}net.storage";

    public string HostNamespace(string host) => Prefix + host;

    public string SiteNamespace(string site) => $"{Prefix}site.{site}";

    public string LinkNamespace(string link) => $"{Prefix}link.{link}";

    public string LinkSocket(string link) => $"{RunDirectory}/link.{link}.sock";

    /// <summary>The lab's network namespaces that exist now.</summary>
    public IReadOnlyList<string> ExistingNamespaces() => !Directory.Exists(NetworkNamespace.Directory)
        ? []
        : [.. Directory.EnumerateFiles(NetworkNamespace.Directory).Select(path => Path.GetFileName(path)).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))];

    /// <summary>Checks a lab's name.</summary>
    /// <exception cref="LabException">It is none.</exception>
    public static LabNames Of(string lab) =>
        lab.Length <= MaxCharacters && !lab.Contains("--", StringComparison.Ordinal) && !lab.Contains('.', StringComparison.Ordinal)
        && HostName.TryParse(lab, out var parsed) && parsed.ToString() == lab
            ? new LabNames(lab)
            : throw new LabException(LabError.Invalid, $"'{lab}' is no name for a lab: 1 to {MaxCharacters} lower-case letters, digits and single inner hyphens.");

    /// <summary>All labs of this machine, also those of which only a part is left.</summary>
    public static IReadOnlyList<string> All()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var root in new[] { RunRoot, DataRoot })
        {
            if (Directory.Exists(root))
            {
                names.UnionWith(Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)));
            }
        }

        if (Directory.Exists(NetworkNamespace.Directory))
        {
            names.UnionWith(Directory.EnumerateFiles(NetworkNamespace.Directory).Select(path => Path.GetFileName(path))
                .Where(name => name.StartsWith("lc-", StringComparison.Ordinal) && name.Contains("--", StringComparison.Ordinal))
                .Select(name => name[3..name.IndexOf("--", StringComparison.Ordinal)]));
        }

        return [.. names];
    }
}
