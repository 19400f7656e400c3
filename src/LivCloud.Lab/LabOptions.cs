namespace LivCloud.Lab;

/// <summary>How a lab is built.</summary>
public sealed record LabOptions
{
    /// <summary>The lab's name: 1 to 20 lower-case letters, digits and single inner hyphens; unique on the machine.</summary>
    public required string Name { get; init; }

    /// <summary>Whether each host runs an agent with a certificate of the lab's own authority.</summary>
    public bool WithAgents { get; init; } = true;

    /// <summary>Whether guests are started and waited for.</summary>
    public bool StartGuests { get; init; } = true;

    /// <summary>The `livcloud` executable that plays links and runs as agent; by default the one beside this assembly.</summary>
    public string Executable { get; init; } = Path.Combine(AppContext.BaseDirectory, "livcloud");

    /// <summary>Where `./dev setup` put the guests' kernel and initramfs.</summary>
    public string CacheDirectory { get; init; } = Environment.GetEnvironmentVariable("LIVCLOUD_CACHE") is { Length: > 0 } path ? path : "/var/cache/livcloud";

    internal void RequireGuestFiles()
    {
        foreach (var file in new[] { $"{CacheDirectory}/vmlinuz", $"{CacheDirectory}/initramfs" })
        {
            if (!File.Exists(file))
            {
                throw new LabException(LabError.Unsupported, $"'{file}' is missing; `./dev setup` makes it.");
            }
        }

        if (!File.Exists(Executable))
        {
            throw new LabException(LabError.Unsupported, $"The executable '{Executable}' is missing; `./dev build` makes it.");
        }
    }
}
