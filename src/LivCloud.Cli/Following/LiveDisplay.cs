using LivCloud.Core;
using Spectre.Console;

namespace LivCloud.Cli.Following;

/// <summary>A block at the bottom of a terminal that is redrawn in place.</summary>
internal sealed class LiveDisplay(TextWriter error) : ProgressDisplay
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
    private LiveDisplayContext? _context;
    private string? _notice;

    public override TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(250);

    public override Task<T> RunAsync<T>(Func<Task<T>> follow) =>
        _console.Live(new Text("")).StartAsync(context =>
        {
            _context = context;
            return follow();
        });

    public override void Show(Api.Migration migration, TimeSpan elapsed)
    {
        // A notice belongs to what was going on; once it is over, the report follows.
        var notice = migration.Phase.IsFinal() ? null : _notice;
        var lines = ProgressText.Block(migration, elapsed);
        _context?.UpdateTarget(new Text(string.Join('\n', notice is null ? lines : [.. lines, notice])));
    }

    public override void Notice(string text) => _notice = text;
}
