namespace LivCloud.Api;

/// <summary>Why a request was refused or failed, as application/problem+json (RFC 9457).</summary>
public sealed record Problem
{
    /// <summary>The media type of this record's JSON.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>A URI of the kind of problem; "about:blank" when the status says it all.</summary>
    public string? Type { get; init; }

    /// <summary>The kind of problem in a few words.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status code.</summary>
    public int? Status { get; init; }

    /// <summary>What was tried and why it failed, in one sentence.</summary>
    public string? Detail { get; init; }

    /// <summary>The reason, for programs: a name of <see cref="Core.FailureCode"/>; a newer agent may know more names.</summary>
    public string? Code { get; init; }

    /// <summary>What would help, in one sentence; null when nothing is known to.</summary>
    public string? Remedy { get; init; }
}
