namespace LivCloud.Cli;

/// <summary>What a command sees of the process that runs it.</summary>
internal sealed class CliEnvironment
{
    /// <summary>Where results go.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where progress and errors go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal, on which a display may be redrawn.</summary>
    public required bool ErrorIsTerminal { get; init; }

    /// <summary>The user's Ctrl-C.</summary>
    public required Interruption Interruption { get; init; }

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The environment of this process.</summary>
    public static CliEnvironment OfThisProcess(Interruption interruption) => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Interruption = interruption,
        Variable = Environment.GetEnvironmentVariable,
        Clock = TimeProvider.System,
    };
}
