namespace LivCloud.Cli.Following;

/// <summary>Shows a migration's progress while it is followed.</summary>
internal abstract class ProgressDisplay
{
    /// <summary>The display that suits the error output; results have the other output for themselves.</summary>
    public static ProgressDisplay For(CliEnvironment environment) =>
        environment.ErrorIsTerminal ? new LiveDisplay(environment.Error) : new PlainDisplay(environment.Error);

    /// <summary>How often <see cref="Show"/> is called while nothing is reported.</summary>
    public abstract TimeSpan Interval { get; }

    /// <summary>Runs <paramref name="follow"/> while the display is open.</summary>
    public abstract Task<T> RunAsync<T>(Func<Task<T>> follow);

    /// <summary>Shows a state.</summary>
    /// <param name="migration">The state as last reported.</param>
    /// <param name="elapsed">How long the migration has taken.</param>
    public abstract void Show(Api.Migration migration, TimeSpan elapsed);

    /// <summary>Tells something besides the progress, in one line.</summary>
    public abstract void Notice(string text);
}
