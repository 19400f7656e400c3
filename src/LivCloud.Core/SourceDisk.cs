namespace LivCloud.Core;

/// <summary>What becomes of a copied disk's image at the source once the migration is completed.</summary>
public enum SourceDisk
{
    /// <summary>It stays as it is.</summary>
    Keep,

    /// <summary>It is renamed to "NAME.moved-ID", so that the VM can come back to the same path.</summary>
    Rename,

    /// <summary>It is deleted.</summary>
    Delete,
}
