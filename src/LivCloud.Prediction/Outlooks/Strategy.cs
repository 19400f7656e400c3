namespace LivCloud.Prediction.Outlooks;

/// <summary>How a guest's memory is moved.</summary>
public enum Strategy
{
    /// <summary>In passes while the guest runs at the source.</summary>
    PreCopy,

    /// <summary>So too, with a guest that is slowed as far as needed.</summary>
    AutoConverge,

    /// <summary>After a pass the guest goes on at the destination, which asks for what it misses. A link that is lost then stops it until the link is back.</summary>
    PostCopy,
}
