namespace LivCloud.Core;

/// <summary>How disks get to the destination.</summary>
public enum StorageMode
{
    /// <summary>Shared where the destination sees the same disk, copied otherwise.</summary>
    Auto,

    /// <summary>Both hosts use the same disk; nothing is copied.</summary>
    Shared,

    /// <summary>The contents are copied while the guest runs.</summary>
    Copy,
}
