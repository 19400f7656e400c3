namespace LivCloud.Libvirt;

/// <summary>Which description of a domain is meant (virDomainXMLFlags).</summary>
[Flags]
public enum DomainXml : uint
{
    /// <summary>As it runs, or as defined when it does not.</summary>
    None = 0,

    /// <summary>With passwords and the like.</summary>
    Secure = 1,

    /// <summary>As it will be when it is started next.</summary>
    Inactive = 2,

    /// <summary>With the CPU as the host would make it.</summary>
    UpdateCpu = 4,

    /// <summary>As a destination needs it.</summary>
    Migratable = 8,
}
