using LivCloud.Core;

namespace LivCloud.Migration.Planning;

/// <summary>One check of a plan.</summary>
/// <param name="Name">What was checked, in a few words.</param>
/// <param name="Detail">What was found, in one sentence.</param>
/// <param name="Code">The reason it failed, for programs; null when it passed.</param>
/// <param name="Remedy">What would help; null when it passed.</param>
public sealed record CheckResult(string Name, string Detail, FailureCode? Code = null, string? Remedy = null)
{
    /// <summary>Whether it passed.</summary>
    public bool Passed => Code is null;

    /// <summary>The failure that this check stands for.</summary>
    /// <exception cref="InvalidOperationException">It passed.</exception>
    public Failure ToFailure() => Code is { } code ? new Failure(code, Detail, Remedy) : throw new InvalidOperationException("The check passed.");
}
