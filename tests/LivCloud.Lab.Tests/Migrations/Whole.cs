using System.Diagnostics;
using LivCloud.Core;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Hosts;
using Microsoft.Data.Sqlite;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>What must hold when a migration is over, whatever happened to it.</summary>
internal static class Whole
{
    /// <summary>How long what is left may take to go: agents clear up after they have told the outcome, and libvirt after it was started again.</summary>
    private static readonly TimeSpan ClearLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan WorkLimit = TimeSpan.FromSeconds(10);

    private const string Look = """
        virsh -q 'list --all; echo --; pool-list --all --name' | sed -E '/^ *$/d; 1,/^--$/s/^ +[0-9-]+ +([^ ]+) +(.*[^ ]) *$/domain \1 \2/; /^--$/d; /^domain/!s/^ */pool /'
        for d in $(virsh -q list --name --state-running); do virsh -q qemu-monitor-command $d '{"execute":"query-status"}' | sed 's/.*"status":"\([^"]*\)".*/monitor \1/'; done
        ls /run/livcloud/m 2>/dev/null | sed 's/^/directory /'
        ls -A /var/lib/libvirt/images | sed 's/^/image /'
        """;

    /// <summary>One copy of the VM runs where the migration says, answers, has its disk whole; nothing is left on the other host.</summary>
    public static async Task AssertAsync(Attempt attempt)
    {
        Assert.True(attempt.Latest.Phase.IsFinal(), attempt.Story);
        var lab = attempt.Lab;
        var completed = attempt.Latest.Phase == MigrationPhase.Completed;
        var (here, there) = completed ? (attempt.Destination, attempt.Source) : (attempt.Source, attempt.Destination);
        var time = Stopwatch.StartNew();
        await SettleAsync(attempt, here, [$"domain {lab.Guest.Name} running", $"image {lab.Guest.Name}.qcow2", "monitor running", "process S"]);
        await SettleAsync(attempt, there, []);
        attempt.Tell($"{(completed ? "there" : "here")}:clean");

        var first = await lab.Guest.WaitReadyAsync(TimeSpan.FromSeconds(10));
        Assert.True(first.Run == attempt.Before.Run, $"the guest was started anew: {attempt.Story}");
        var disk = await lab.Guest.VerifyDiskAsync(here.Name);
        Assert.True(disk.IsClean, $"{disk}: {attempt.Story}");
        Assert.True(disk.Records >= attempt.Before.DurableRecords, $"{disk}, but {attempt.Before}: {attempt.Story}");
        await AssertWorksAsync(attempt, first);
    }

    /// <summary>The guest's clock, its memory and its disk go on.</summary>
    private static async Task AssertWorksAsync(Attempt attempt, GuestStatus before)
    {
        for (var since = Stopwatch.StartNew(); ;)
        {
            var now = await attempt.Lab.Guest.WaitReadyAsync(WorkLimit);
            if (now.UptimeMs > before.UptimeMs && now.DirtiedPages > before.DirtiedPages && now.DurableRecords > before.DurableRecords)
            {
                return;
            }

            Assert.True(since.Elapsed < WorkLimit, $"the guest does not work: {before}, then {now}: {attempt.Story}");
            await Task.Delay(20);
        }
    }

    private static async Task SettleAsync(Attempt attempt, LabHost host, string[] expected)
    {
        var time = Stopwatch.StartNew();
        while (true)
        {
            var seen = await LookAsync(attempt, host);
            if (seen.SequenceEqual(expected))
            {
                return;
            }

            Assert.True(time.Elapsed < ClearLimit, $"{host.Name} has [{string.Join("; ", seen)}], not [{string.Join("; ", expected)}]: {attempt.Story}: {attempt.Latest.Failure}");
            await Task.Delay(200);
        }
    }

    private static async Task<IReadOnlyList<string>> LookAsync(Attempt attempt, LabHost host)
    {
        var result = await host.RunAsync("sh", "-c", Look);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim());
        var processes = Emulators.Find(host, attempt.Lab.Guest.Name).Select(id => $"process {(Emulators.StateOf(id) is var state and not 'R' ? state : 'S')}");
        return [.. lines.Concat(processes).Concat(OpenReservations(host)).Order(StringComparer.Ordinal)];
    }

    private static List<string> OpenReservations(LabHost host)
    {
        var path = $"{host.DataDirectory}/var/lib/livcloud/journal.db";
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 'reservation ' || id FROM reservations WHERE open = 1 UNION ALL SELECT 'migration ' || id FROM migrations WHERE final = 0 OR pending = 1";
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }
}
