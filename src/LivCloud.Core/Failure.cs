namespace LivCloud.Core;

/// <summary>Why something failed, as a value that is kept and sent.</summary>
/// <param name="Code">The reason, for programs.</param>
/// <param name="Message">What was tried and why it failed, in one sentence.</param>
/// <param name="Remedy">What would help; null when nothing is known to.</param>
public sealed record Failure(FailureCode Code, string Message, string? Remedy = null)
{
    /// <summary>The value that <paramref name="exception"/> carries; any other exception is a fault of ours.</summary>
    public static Failure From(Exception exception) => exception is FailureException failure
        ? new Failure(failure.Code, failure.Message, failure.Remedy)
        : new Failure(FailureCode.Internal, $"LivCloud failed: {exception.Message}", "Please report this with the agent's log.");

    /// <summary>This failure as an exception.</summary>
    public FailureException ToException() => new(Code, Message, Remedy);
}
