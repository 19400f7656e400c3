using System.Diagnostics;
using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Hosts;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>One attempt to move the lab's VM to the host where it is not, followed as a user follows it.</summary>
internal sealed class Attempt : IAsyncDisposable
{
    private static readonly TimeSpan PhaseLimit = TimeSpan.FromSeconds(60);
    private const long LittleMemory = 64 << 20;

    /// <summary>One way: preparing waits for several answers, and the watcher needs a moment to be there.</summary>
    private static readonly TimeSpan LongDelay = TimeSpan.FromMilliseconds(300);

    /// <summary>How long the call that runs the guest is on its way: long enough to see the fence and to cut the link behind it.</summary>
    private static readonly TimeSpan CallDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the answer to the call that runs the guest stays on its way.</summary>
    private static readonly TimeSpan AnswerDelay = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _watching = new();
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly List<string> _story = [];
    private readonly AgentClient _client;
    private readonly IAsyncEnumerator<Api.Migration> _states;

    private Attempt(FailureLab lab, LabHost source, LabHost destination, GuestStatus before, AgentClient client, Api.Migration started)
    {
        (Lab, Source, Destination, Before, _client, Latest) = (lab, source, destination, before, client, started);
        Id = MigrationId.Parse(started.Id);
        _states = client.WatchMigrationAsync(Id, connection: null, _watching.Token).GetAsyncEnumerator();
    }

    public FailureLab Lab { get; }

    public MigrationId Id { get; }

    public LabHost Source { get; }

    public LabHost Destination { get; }

    /// <summary>How the guest was before.</summary>
    public GuestStatus Before { get; }

    public Api.Migration Latest { get; private set; }

    /// <summary>What happened when, in seconds since the request.</summary>
    public string Story => $"{Source.Name}>{Destination.Name} {string.Join(' ', _story)}";

    public static Task<Attempt> StartAsync(FailureLab lab) => StartAsync(lab, () => Task.CompletedTask);

    private static async Task<Attempt> StartAsync(FailureLab lab, Func<Task> prepareLink, LinkTransport? transport = null)
    {
        var (source, destination) = await lab.FindAsync();
        var before = await lab.Guest.WaitReadyAsync();
        await FailureLab.WaitForAgentAsync(source);
        await FailureLab.WaitForAgentAsync(destination);
        await prepareLink();
        var client = new AgentClient(source.ApiSocketPath);
        var request = new MigrationRequest { Vm = lab.Guest.Name, Destination = destination.Name, SourceDisk = SourceDisk.Delete, Transport = transport };
        return new Attempt(lab, source, destination, before, client, await client.StartMigrationAsync(request));
    }

    /// <summary>Moves the VM with nothing in the way.</summary>
    public static async Task<Attempt> CompleteAsync(FailureLab lab, LinkTransport? transport = null)
    {
        var attempt = await StartAsync(lab, () => Task.CompletedTask, transport);
        await attempt.EndAsync();
        Assert.True(attempt.Latest.Phase == MigrationPhase.Completed, $"{attempt.Story}: {attempt.Latest.Failure}");
        await Whole.AssertAsync(attempt);
        return attempt;
    }

    /// <summary>Starts a migration and brings it to a phase that lasts: by a slow or a long link, and for the later ones by a guest that pauses early.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="phase">The phase. In Finishing the link is cut with the call that runs the guest on its way.</param>
    /// <param name="obeyed">In Finishing: that call has arrived and the guest runs at the destination; the link is cut with the answer on its way.</param>
    public static async Task<Attempt> StartUntilAsync(FailureLab lab, MigrationPhase phase, bool obeyed = false)
    {
        var attempt = await StartAsync(lab, () => phase switch
        {
            MigrationPhase.Preparing => lab.Link.SetAsync(delay: LongDelay),
            MigrationPhase.CopyingDisks => lab.SlowLinkAsync(60_000_000),
            MigrationPhase.Finishing => lab.SlowLinkAsync(100_000_000),
            _ => lab.SlowLinkAsync(200_000_000),
        });
        switch (phase)
        {
            case MigrationPhase.CopyingDisks:
                await attempt.ReachAsync(phase, state => state.Progress is { DiskDoneBytes: > 0 });
                break;
            case MigrationPhase.PreCopy:
                await attempt.ReachAsync(phase);
                await lab.SlowLinkAsync(20_000_000);
                break;
            case MigrationPhase.SwitchOver:
                // Near the end of the first pass QEMU is allowed a pause so long that it begins at once. The guest writes faster than the link carries then.
                await attempt.ReachAsync(MigrationPhase.PreCopy, IsNearlyCopied);
                await lab.SlowLinkAsync(30_000_000);
                await attempt.AllowAnyPauseAsync();
                await attempt.ReachAsync(phase);
                break;
            case MigrationPhase.Finishing:
                // The journal tells of the phase a moment after the source is fenced, and that may be too late.
                // With so little left, and a pause of any length allowed, QEMU begins it at once: passes over the long link would take a minute.
                await attempt.ReachAsync(MigrationPhase.PreCopy, IsNearlyCopied);
                await lab.Link.SetAsync(rate: new Bandwidth(200_000_000), delay: CallDelay);
                await attempt.AllowAnyPauseAsync();
                await attempt.WaitUntilFencedAsync();
                if (obeyed)
                {
                    // The call is sent right behind the fence; its answer is there a round trip later at the earliest.
                    await Task.Delay(CallDelay / 2);
                    await lab.Link.SetAsync(delay: AnswerDelay);
                    await attempt.WaitUntilRunningThereAsync();
                    attempt.Tell("obeyed");
                }

                await lab.Link.CutAsync();
                await attempt.ReachAsync(phase);
                break;
            default:
                await attempt.ReachAsync(phase);
                break;
        }

        return attempt;
    }

    public void Tell(string what) => _story.Add($"{what}@{_time.Elapsed.TotalSeconds:0.0}");

    public Task ReachAsync(MigrationPhase phase) => ReachAsync(phase, _ => true);

    /// <summary>Waits for a phase before the end.</summary>
    public async Task ReachAsync(MigrationPhase phase, Predicate<Api.Migration> when)
    {
        while (Latest.Phase != phase || !when(Latest))
        {
            Assert.True(await NextAsync(PhaseLimit), $"the migration has ended before {phase}: {Story}: {Latest.Failure}");
            Assert.True(Latest.Phase <= phase || Latest.Phase == MigrationPhase.Stranded, $"{phase} was over before anything could be done: {Story}: {Latest.Failure}");
        }
    }

    /// <summary>Waits for the end.</summary>
    public async Task EndAsync(TimeSpan? limit = null)
    {
        while (!Latest.Phase.IsFinal())
        {
            Assert.True(await NextAsync(limit ?? TimeSpan.FromSeconds(90)), Story);
        }
    }

    public Task AbortAsync() => _client.AbortMigrationAsync(Id);

    public Task ResolveAsync(VmCopy keep) => _client.ResolveMigrationAsync(Id, keep);

    public async ValueTask DisposeAsync()
    {
        await _watching.CancelAsync();
        try
        {
            await _states.DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // It was in the middle of a request.
        }

        _client.Dispose();
        _watching.Dispose();
    }

    private static bool IsNearlyCopied(Api.Migration state) => state.Progress is { Iteration: > 1 } or { MemoryRemainingBytes: > 0 and < LittleMemory };

    private async Task AllowAnyPauseAsync() => await HostScript.RunAsync(Source, $"virsh -q migrate-setmaxdowntime {Lab.Guest.Name} 60000");

    private async Task WaitUntilFencedAsync()
    {
        var emulator = Assert.Single(Emulators.Find(Source, Lab.Guest.Name));
        for (var since = Stopwatch.StartNew(); Emulators.StateOf(emulator) != 'T';)
        {
            Assert.True(since.Elapsed < PhaseLimit, $"the source was not fenced: {Story}");
            await Task.Delay(5);
        }

        Tell("fenced");
    }

    private async Task WaitUntilRunningThereAsync()
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < AnswerDelay * 2;)
        {
            var state = await Destination.RunAsync("virsh", "-q", "domstate", Lab.Guest.Name);
            if (state.Output.Trim() == "running")
            {
                // Its answer has left libvirt; the agent has it within moments.
                await Task.Delay(200);
                return;
            }
        }

        Assert.Fail($"the guest was not run at the destination: {Story}");
    }

    private async Task<bool> NextAsync(TimeSpan limit)
    {
        var before = Latest.Phase;
        _watching.CancelAfter(limit);
        try
        {
            if (!await _states.MoveNextAsync())
            {
                return false;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"nothing was heard of the migration for {limit}: {Story}");
        }

        _watching.CancelAfter(Timeout.InfiniteTimeSpan);
        Latest = _states.Current;
        if (Latest.Phase != before)
        {
            Tell(Latest.Phase.ToString());
        }

        return true;
    }
}
