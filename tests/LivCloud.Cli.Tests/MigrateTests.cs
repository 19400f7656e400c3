using System.Runtime.InteropServices;
using System.Text.Json;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class MigrateTests
{
    [Fact]
    public async Task A_migration_is_followed_to_its_report()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.CopyingDisks, Samples.Progress()));
        agent.Report(Samples.Completed);
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("migrate", "web1", "--to", "beta"));
        Assert.Contains("copying disks, disk 50% of 1 GiB (empty parts included), memory pass 2, 128 MiB left, 412 Mbit/s, dirty 12 MiB/s", run.Error, StringComparison.Ordinal);
        Assert.Contains("outcome      completed: web1 runs on beta", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("copying", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_all_that_is_on_the_output()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress()));
        agent.Report(Samples.Completed);
        using var run = new CommandRun(agent.SocketPath);
        await run.RunAsync("migrate", "web1", "--to", "beta", "--json");
        var migration = JsonSerializer.Deserialize<Api.Migration>(run.Output, ApiJson.Options)!;
        Assert.Equal(MigrationPhase.Completed, migration.Phase);
        Assert.Equal(85, migration.Report!.DowntimeMs);
    }

    [Fact]
    public async Task Options_become_the_request()
    {
        await using var agent = await StartAsync();
        using var run = new CommandRun(agent.SocketPath);
        string[] options = ["--storage", "copy", "--source-disk", "rename", "--max-downtime", "1.5s", "--max-bandwidth", "200mbit", "--priority", "normal", "--deadline", "10m", "--force"];
        Assert.Equal(ExitCode.Success, await run.RunAsync(["migrate", "web1", "--to", "Beta", "--detach", .. options]));
        Assert.Equal($"{Samples.Id}\n", run.Output);
        Assert.Equal(
            """POST /v1/migrations {"vm":"web1","destination":"beta","storage":"Copy","sourceDisk":"Rename","maxDowntimeMs":1500,"priority":"Normal","deadlineSeconds":600,"force":true,"maxBandwidthBitsPerSecond":200000000}""",
            Assert.Single(agent.Requests));
    }

    [Fact]
    public async Task Defaults_are_those_of_the_request()
    {
        await using var agent = await StartAsync();
        using var run = new CommandRun(agent.SocketPath);
        await run.RunAsync("migrate", "web1", "--to", "beta", "--detach", "--json");
        Assert.Equal(
            """POST /v1/migrations {"vm":"web1","destination":"beta","storage":"Auto","sourceDisk":"Keep","force":false}""",
            Assert.Single(agent.Requests));
        Assert.Equal(Samples.Id, JsonSerializer.Deserialize<Api.Migration>(run.Output, ApiJson.Options)!.Id);
    }

    [Theory]
    [InlineData(FailureCode.HypervisorFailed, ExitCode.RolledBack, MigrationPhase.Planned, MigrationPhase.Preparing)]
    [InlineData(FailureCode.LinkLost, ExitCode.RolledBack, MigrationPhase.PreCopy)]
    [InlineData(FailureCode.MemoryShort, ExitCode.RolledBack, MigrationPhase.Preparing)]
    [InlineData(FailureCode.MemoryShort, ExitCode.Refused, MigrationPhase.Requested)]
    [InlineData(FailureCode.PeerUntrusted, ExitCode.Untrusted, MigrationPhase.Requested, MigrationPhase.RollingBack)]
    [InlineData(FailureCode.Aborted, ExitCode.RolledBack, MigrationPhase.Requested)]
    public async Task A_rollback_and_a_refusal_have_different_exit_codes(FailureCode code, int exitCode, params MigrationPhase[] phases)
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.RolledBack(code, phases));
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(exitCode, await run.RunAsync("migrate", "web1", "--to", "beta"));
        var isRefused = code != FailureCode.Aborted && exitCode != ExitCode.RolledBack;
        Assert.Contains(isRefused ? "refused: web1 stays on alpha; nothing was changed" : "rolled back: web1 stays on alpha", run.Output, StringComparison.Ordinal);
        Assert.Equal(isRefused, !run.Output.Contains("on the wire", StringComparison.Ordinal));
        Assert.Contains($"reason       It did not work. ({code})", run.Output, StringComparison.Ordinal);
        Assert.Contains("help         Try again.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_was_not_reached_leaves_transport_and_cipher_out()
    {
        await using var agent = await StartAsync();
        var rolledBack = Samples.RolledBack(FailureCode.Aborted, MigrationPhase.Requested);
        agent.Report(rolledBack with { Report = rolledBack.Report! with { Transport = null, Cipher = null } });
        using var run = new CommandRun(agent.SocketPath);
        await run.RunAsync("migrate", "web1", "--to", "beta");
        Assert.DoesNotContain("on the wire", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_that_is_shown_never_runs_backwards()
    {
        await using var agent = await StartAsync();
        agent.Migrations[0] = agent.Migrations[0] with { RequestedAt = DateTimeOffset.UtcNow.AddSeconds(-30) };
        var refused = Samples.RolledBack(FailureCode.MemoryShort, MigrationPhase.Requested);
        agent.Report(refused with { RequestedAt = agent.Migrations[0].RequestedAt, EndedAt = agent.Migrations[0].RequestedAt.AddMilliseconds(40) });
        using var run = new CommandRun(agent.SocketPath);
        await run.RunAsync("migrate", "web1", "--to", "beta");
        Assert.Contains("30.", run.Error.Split('\n').Single(line => line.EndsWith(": refused", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranded_migration_tells_how_to_decide_it()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.Stranded, failure: new Failure(FailureCode.Stranded, "The destination does not answer.", null)));
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Stranded, await run.RunAsync("migrate", "web1", "--to", "beta"));
        Assert.Contains($"livcloud migration resolve {Samples.Id} --keep", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_link_is_told()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress(links: 0)));
        agent.Report(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress(links: 0) with { HoldRemainingSeconds = 100 }));
        agent.Report(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress()));
        agent.Report(Samples.Completed);
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("migrate", "web1", "--to", "beta"));
        Assert.Contains("link lost, waiting", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_shows_each_check_and_starts_nothing()
    {
        await using var agent = await StartAsync();
        agent.Plan = PlanOf(new PlanCheck
        {
            Name = "memory at beta",
            Passed = false,
            Detail = "1 GiB is free, 2 GiB are needed.",
            Remedy = "Free some.",
            Code = FailureCode.MemoryShort,
        });
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Refused, await run.RunAsync("migrate", "web1", "--to", "beta", "--dry-run"));
        Assert.Contains("  FAILED   memory at beta: 1 GiB is free, 2 GiB are needed.\n           help: Free some.\n", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("POST /v1/plans", Assert.Single(agent.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feasible_dry_run_succeeds()
    {
        await using var agent = await StartAsync();
        agent.Plan = PlanOf(new PlanCheck { Name = "memory at beta", Passed = true, Detail = "12 GiB are free." });
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("migrate", "web1", "--to", "beta", "--dry-run"));
        Assert.Contains("Go: the migration would be started.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_interrupt_aborts_and_waits_for_the_rollback()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress()));
        agent.Aborted = _ =>
        {
            agent.Report(Samples.Migration(MigrationPhase.RollingBack));
            agent.Report(Samples.RolledBack(FailureCode.Aborted, MigrationPhase.PreCopy));
        };
        using var run = new CommandRun(agent.SocketPath);
        var running = run.RunAsync("migrate", "web1", "--to", "beta");
        await CommandRun.UntilAsync(() => run.Error.Contains("pre-copy", StringComparison.Ordinal));
        run.Interruption.Raise();
        Assert.Equal(ExitCode.RolledBack, await running);
        Assert.Contains($"POST /v1/migrations/{Samples.Id}/abort", agent.Requests);
        Assert.Contains("waiting for the rollback", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_interrupt_stops_waiting_and_says_how_to_watch()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress()));
        agent.Aborted = _ => agent.Report(Samples.Migration(MigrationPhase.RollingBack));
        using var run = new CommandRun(agent.SocketPath);
        var running = run.RunAsync("migrate", "web1", "--to", "beta");
        await CommandRun.UntilAsync(() => run.Error.Contains("pre-copy", StringComparison.Ordinal));
        run.Interruption.Raise();
        await CommandRun.UntilAsync(() => run.Error.Contains(": rolling back", StringComparison.Ordinal));
        run.Interruption.Raise();
        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.Contains($"The rollback of migration {Samples.Id} goes on without this command.", run.Error, StringComparison.Ordinal);
        Assert.Contains($"help: `livcloud migration watch {Samples.Id}` follows it again.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.RolledBack)]
    [InlineData(ExitCode.Interrupted, "--detach")]
    public async Task An_interrupt_before_the_agent_answered_aborts_what_it_started(int exitCode, params string[] options)
    {
        var starting = new TaskCompletionSource();
        await using var agent = await StartAsync();
        agent.Starting = starting.Task;
        agent.Aborted = _ => agent.Report(Samples.RolledBack(FailureCode.Aborted, MigrationPhase.PreCopy));
        using var run = new CommandRun(agent.SocketPath);
        var running = run.RunAsync(["migrate", "web1", "--to", "beta", .. options]);
        await CommandRun.UntilAsync(() => !agent.Requests.IsEmpty);
        run.Interruption.Raise();
        starting.SetResult();
        Assert.Equal(exitCode, await running);
        Assert.Contains($"POST /v1/migrations/{Samples.Id}/abort", agent.Requests);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGHUP)]
    public async Task An_answer_that_is_not_waited_for_is_told(params PosixSignal[] signals)
    {
        await using var agent = await StartAsync();
        agent.Starting = new TaskCompletionSource().Task;
        using var run = new CommandRun(agent.SocketPath);
        var running = run.RunAsync("migrate", "web1", "--to", "beta");
        await CommandRun.UntilAsync(() => !agent.Requests.IsEmpty);
        foreach (var signal in signals)
        {
            run.Interruption.Raise(signal);
        }

        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.Contains("the migration may have been started", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(agent.Requests, request => request.EndsWith("/abort", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hangup_ends_the_command_at_once_and_aborts_nothing()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress()));
        using var run = new CommandRun(agent.SocketPath);
        var running = run.RunAsync("migrate", "web1", "--to", "beta");
        await CommandRun.UntilAsync(() => run.Error.Contains("pre-copy", StringComparison.Ordinal));
        run.Interruption.Raise(PosixSignal.SIGHUP);
        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.DoesNotContain(agent.Requests, request => request.EndsWith("/abort", StringComparison.Ordinal));
        Assert.DoesNotContain("Aborting", run.Error, StringComparison.Ordinal);
        Assert.Contains($"The migration {Samples.Id} goes on without this command.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_survives_a_restart_of_the_agent()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress()));
        using var run = new CommandRun(agent.SocketPath);
        var running = run.RunAsync("migration", "watch", Samples.Id[..3]);
        await CommandRun.UntilAsync(() => run.Error.Contains("pre-copy", StringComparison.Ordinal));
        await agent.StopAsync();
        await CommandRun.UntilAsync(() => run.Error.Contains("The agent went away", StringComparison.Ordinal));
        await agent.ListenAsync();
        agent.Report(Samples.Completed);
        Assert.Equal(ExitCode.Success, await running);
        Assert.Contains("The agent is back.", run.Error, StringComparison.Ordinal);
        Assert.Contains("completed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_watch_aborts_nothing()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress()));
        using var run = new CommandRun(agent.SocketPath);
        var running = run.RunAsync("migration", "watch", Samples.Id);
        await CommandRun.UntilAsync(() => run.Error.Contains("pre-copy", StringComparison.Ordinal));
        run.Interruption.Raise();
        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.DoesNotContain(agent.Requests, request => request.Contains("abort", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_watch_of_a_stranded_migration_goes_on_until_it_is_over()
    {
        await using var agent = await StartAsync();
        agent.Report(Samples.Migration(MigrationPhase.Stranded));
        agent.Report(Samples.Completed);
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("migration", "watch", Samples.Id));
    }

    [Theory]
    [InlineData("abort", "POST /v1/migrations/abc123def456/abort")]
    [InlineData("limit --max-bandwidth 100mbit", """PUT /v1/migrations/abc123def456/bandwidth {"bitsPerSecond":100000000}""")]
    [InlineData("limit --max-bandwidth none", "PUT /v1/migrations/abc123def456/bandwidth {}")]
    [InlineData("resolve --keep source", """POST /v1/migrations/abc123def456/resolve {"keep":"source"}""")]
    [InlineData("resolve --keep destination", """POST /v1/migrations/abc123def456/resolve {"keep":"destination"}""")]
    public async Task A_running_migration_is_changed(string action, string request)
    {
        await using var agent = await StartAsync();
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync(["migration", .. action.Split(' '), "abc"]));
        Assert.Equal(request, agent.Requests.Last());
    }

    [Fact]
    public async Task All_migrations_can_be_watched_together()
    {
        await using var agent = await StartAsync();
        using var client = new AgentClient(agent.SocketPath);
        await using var events = client.WatchAllAsync().GetAsyncEnumerator();
        agent.Report(Samples.Migration(MigrationPhase.PreCopy) with { Id = "all" });
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(MigrationPhase.PreCopy, events.Current.Phase);
    }

    private static Plan PlanOf(PlanCheck check) => new()
    {
        Vm = "web1",
        Source = "alpha",
        Destination = "beta",
        Feasible = check.Passed,
        Verdict = check.Passed ? PlanVerdict.Go : PlanVerdict.No,
        Storage = StorageMode.Copy,
        MemoryBytes = 2L << 30,
        DiskBytes = 1L << 30,
        Checks = [check],
    };

    private static async Task<AgentPeer> StartAsync()
    {
        var agent = await AgentPeer.StartAsync();
        agent.Migrations.Add(Samples.Migration(MigrationPhase.Requested));
        return agent;
    }
}
