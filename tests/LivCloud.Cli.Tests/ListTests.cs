using System.Text.Json;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class ListTests
{
    [Fact]
    public async Task Vms_are_listed_in_columns()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Vms.AddRange([Samples.Vm, Samples.Vm with { Name = "database-server", State = "shut off", MigrationId = Samples.Id }]);
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("vm", "list"));
        Assert.Equal(
            """
            NAME             STATE     CPUS  MEMORY   HOST   MIGRATION
            web1             running   2     512 MiB  alpha  -
            database-server  shut off  2     512 MiB  alpha  abc123def456

            """,
            run.Output);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task Vms_as_json_are_what_the_agent_sent()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Vms.Add(Samples.Vm);
        using var run = new CommandRun(agent.SocketPath);
        await run.RunAsync("vm", "list", "--json");
        Assert.Equal([Samples.Vm], JsonSerializer.Deserialize<Vm[]>(run.Output, ApiJson.Options)!);
    }

    [Fact]
    public async Task Hosts_show_why_one_does_not_answer()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Hosts.AddRange([Samples.Alpha, Samples.Beta, Samples.Alpha with { Name = "gamma", IsLocal = false, Reachable = false, Problem = "No route." }]);
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("host", "list"));
        var lines = run.Output.Split('\n');
        Assert.StartsWith("alpha  192.0.2.1:8470  local ", lines[1], StringComparison.Ordinal);
        Assert.Contains("12 GiB of 16 GiB", lines[2], StringComparison.Ordinal);
        Assert.Contains("  offered  ", lines[2], StringComparison.Ordinal);
        Assert.Contains("tcp, TLS_AES_256_GCM_SHA384", lines[2], StringComparison.Ordinal);
        Assert.Contains("not answering", lines[3], StringComparison.Ordinal);
        Assert.Equal("gamma: No route.\n", run.Error);
    }

    [Fact]
    public async Task Migrations_are_listed_as_the_agent_orders_them()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Migrations.AddRange([Samples.Migration(MigrationPhase.PreCopy) with { Id = "zzzzzzzzzzzz" }, Samples.Completed]);
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("migration", "list"));
        Assert.Equal(
            """
            ID            VM    SOURCE  DESTINATION  PHASE      REQUESTED             TOOK    DOWNTIME
            zzzzzzzzzzzz  web1  alpha   beta         pre-copy   2026-11-22 12:00:00Z  -       -
            abc123def456  web1  alpha   beta         completed  2026-11-22 12:00:00Z  12.4 s  85 ms

            """,
            run.Output);
    }

    [Fact]
    public async Task A_migration_is_found_by_a_unique_prefix_of_its_id()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Migrations.AddRange([Samples.Completed, Samples.Completed with { Id = "abd000000000" }]);
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("migration", "show", "abc"));
        Assert.Contains("completed: web1 runs on beta", run.Output, StringComparison.Ordinal);
        Assert.Contains("downtime     85 ms", run.Output, StringComparison.Ordinal);
        Assert.Contains("preparing 1.5 s, pre-copy 1.5 s, switch-over 1.5 s", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ab", ExitCode.Usage, "2 migrations")]
    [InlineData("x", ExitCode.NotFound, "No migration")]
    [InlineData("", ExitCode.NotFound, "No migration")]
    [InlineData("aaaaaaaaaaaa", ExitCode.NotFound, "no such thing")]
    public async Task A_prefix_of_several_ids_or_none_is_refused(string prefix, int exitCode, string message)
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Migrations.AddRange([Samples.Completed, Samples.Completed with { Id = "abd000000000" }]);
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(exitCode, await run.RunAsync("migration", "show", prefix));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_as_written_on_the_wire_is_read()
    {
        const string Wire = """
            {"id":"abc123def456","vm":"web1","vmUuid":"11111111-2222-3333-4444-555555555555","source":"alpha","destination":"beta",
             "phase":"PreCopy","requestedAt":"2026-11-22T12:00:00+00:00","someFieldOfANewerAgent":1,
             "progress":{"diskTotalBytes":0,"diskDoneBytes":0,"memoryTotalBytes":10,"memoryRemainingBytes":5,"iteration":1,
                         "bitsPerSecond":1,"dirtyBytesPerSecond":2,"links":0}}
            """;
        var migration = JsonSerializer.Deserialize<Api.Migration>(Wire, ApiJson.Options)!;
        Assert.Equal(MigrationPhase.PreCopy, migration.Phase);
        Assert.Equal(0, migration.Progress!.Links);
        Assert.Equal("""{"keep":"destination"}""", JsonSerializer.Serialize(new ResolveRequest { Keep = VmCopy.Destination }, ApiJson.Options));
    }
}
