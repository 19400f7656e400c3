namespace LivCloud.Lab;

/// <summary>Why the lab could not do what was asked, for programs.</summary>
public enum LabError
{
    /// <summary>The lab file or an argument is wrong.</summary>
    Invalid,

    /// <summary>No lab, host, link or guest of that name.</summary>
    NotFound,

    /// <summary>A lab of that name is up already, or the thing is not in a state in which that can be done.</summary>
    Conflict,

    /// <summary>A program, kernel feature or right that the lab needs is missing on this machine.</summary>
    Unsupported,

    /// <summary>A command failed or something did not come up in time.</summary>
    Failed,
}

/// <summary>A lab operation that was refused or failed.</summary>
public sealed class LabException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="error">The reason, for programs.</param>
    /// <param name="message">What was tried and why it failed, in one sentence.</param>
    /// <param name="innerException">What caused it; its text is not repeated in the message.</param>
    public LabException(LabError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The reason, for programs.</summary>
    public LabError Error { get; }
}
