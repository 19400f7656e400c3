using LivCloud.Core;

namespace LivCloud.Cli.Following;

/// <summary>Lines for a log: at a new phase, when the link goes or comes, and every 2 s.</summary>
internal sealed class PlainDisplay(TextWriter error) : ProgressDisplay
{
    private MigrationPhase? _phase;
    private bool _troubled;
    private TimeSpan _shownAt;

    public override TimeSpan Interval { get; } = TimeSpan.FromSeconds(2);

    public override Task<T> RunAsync<T>(Func<Task<T>> follow) => follow();

    public override void Show(Api.Migration migration, TimeSpan elapsed)
    {
        var troubled = migration.Progress is { } progress && ProgressText.Trouble(migration, progress) is not null;
        if (migration.Phase == _phase && troubled == _troubled && elapsed - _shownAt < Interval)
        {
            return;
        }

        (_phase, _troubled, _shownAt) = (migration.Phase, troubled, elapsed);
        error.WriteLine(ProgressText.Line(migration, elapsed));
    }

    public override void Notice(string text) => error.WriteLine(text);
}
