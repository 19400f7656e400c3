namespace LivCloud.Api;

/// <summary>The most that a migration may send from now on.</summary>
public sealed record BandwidthRequest
{
    /// <summary>The limit in bits per second; null: none.</summary>
    public long? BitsPerSecond { get; init; }
}
