using LivCloud.Core;

namespace LivCloud.Cli.Following;

/// <summary>Lines for a log: at a new phase, when the link goes or comes, and every 2 s.</summary>
internal sealed class PlainDisplay(TextWriter error) : ProgressDisplay
{
    private MigrationPhase? _phase;
    private bool _linkLost;
    private DateTimeOffset _shownAt;

    public override TimeSpan Interval { get; } = TimeSpan.FromSeconds(2);

    public override Task<T> RunAsync<T>(Func<Task<T>> follow) => follow();

    public override void Show(Api.Migration migration, DateTimeOffset now, TimeSpan? linkLostFor)
    {
        var linkLost = linkLostFor is not null;
        if (migration.Phase == _phase && linkLost == _linkLost && now - _shownAt < Interval)
        {
            return;
        }

        (_phase, _linkLost, _shownAt) = (migration.Phase, linkLost, now);
        error.WriteLine(ProgressText.Line(migration, now, linkLostFor));
    }

    public override void Notice(string text) => error.WriteLine(text);
}
