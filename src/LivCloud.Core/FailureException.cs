namespace LivCloud.Core;

/// <summary>An operation that was refused or failed for a reason that its caller can be told: a code for programs, a sentence for people.</summary>
/// <remarks>The message says what was tried and why it failed; <see cref="Remedy"/> says what would help.</remarks>
public class FailureException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="code">The reason, for programs.</param>
    /// <param name="message">What was tried with its values and why it failed, in one sentence.</param>
    /// <param name="remedy">What would help, in one sentence; null when nothing is known to.</param>
    /// <param name="innerException">What caused it; its text is not repeated in the message.</param>
    public FailureException(FailureCode code, string message, string? remedy = null, Exception? innerException = null)
        : base(message, innerException) => (Code, Remedy) = (code, remedy);

    /// <summary>The reason, for programs.</summary>
    public FailureCode Code { get; }

    /// <summary>What would help; null when nothing is known to.</summary>
    public string? Remedy { get; }

    /// <summary>Whether the same call may succeed later without anything being changed by hand.</summary>
    public bool IsTransient => Code is FailureCode.PeerUnreachable or FailureCode.LinkLost or FailureCode.HypervisorUnreachable
        or FailureCode.AgentUnreachable or FailureCode.AlreadyMigrating;
}
