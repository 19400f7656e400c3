using System.CommandLine;
using System.Text.Json;
using LivCloud.Api;
using LivCloud.Cli.Following;
using LivCloud.Cli.Output;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Topology;
using LivCloud.Lab.Trials;

namespace LivCloud.Cli.Commands.Lab;

/// <summary>`livcloud lab demo`: brings up a lab, moves its guest, verifies it, reports, cleans up.</summary>
internal static class DemoCommand
{
    private static readonly JsonSerializerOptions ReportJson = new(ApiJson.Options) { WriteIndented = true };

    public static Command Create(CliEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "The lab file; it needs two hosts, a guest and a client." };
        var json = new Option<string?>("--json") { Description = "Also writes the report to this file.", HelpName = "FILE" };
        var command = new Command("demo", """
            Brings up a lab, moves its running guest to the other host, verifies it, prints a report and cleans up.

            Examples:
              livcloud lab demo lab/topologies/demo.yaml
              livcloud lab demo lab/topologies/shared.yaml --json report.json
            """) { file, json };
        command.SetAction((parsed, cancellationToken) => LabCommand.RunAsync(async () =>
        {
            ReportFile.Check(parsed.GetValue(json));
            var spec = LabFile.Load(parsed.GetRequiredValue(file));
            var name = $"demo-{Environment.ProcessId}";
            environment.Error.WriteLine($"Bringing up the lab '{name}':");
            var lab = await RunningLab.UpAsync(spec, new LabOptions { Name = name }, new Steps(environment.Error), cancellationToken);
            try
            {
                var report = await MoveAsync(lab, environment, cancellationToken);
                if (parsed.GetValue(json) is { } path)
                {
                    await File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, ReportJson) + "\n", cancellationToken);
                }

                Print(report, environment.Output);
                return IsGood(report) ? ExitCode.Success : ExitCode.Failure;
            }
            finally
            {
                environment.Error.WriteLine("Cleaning up.");
                await lab.DownAsync(CancellationToken.None);
            }
        }));
        return command;
    }

    private static async Task<TrialReport> MoveAsync(RunningLab lab, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var guest = lab.Guests.Values.First();
        var source = await guest.FindAsync(cancellationToken);
        var destination = lab.Hosts.Values.First(host => host.Name != source?.Name);
        environment.Error.WriteLine($"Moving {guest.Name} from {source?.Name} to {destination.Name} while a client uses it:");
        var trial = new MigrationTrial(lab, guest)
        {
            RecordsLink = true,
            Follow = async (agent, started, _) => await new Follower(agent, environment) { OnInterrupt = agent.AbortMigrationAsync }.RunAsync(started)
                ?? throw new OperationCanceledException(cancellationToken),
        };
        return await trial.RunAsync(destination, cancellationToken: cancellationToken);
    }

    private static bool IsGood(TrialReport report) => report is { Outcome: nameof(MigrationPhase.Completed), Tcp.Survived: true }
        && report.Disk is null or { IsClean: true }
        && report.Cleartext is null or { MarkerFound: false };

    private static void Print(TrialReport report, TextWriter output)
    {
        Line("outcome", $"{report.Outcome}: {report.Vm} from {report.Source} to {report.Destination}");
        Line("total time", $"{report.TotalSeconds:0.0} s");
        Line("downtime", $"{report.DowntimeMs:0} ms, by the guest's clock as a client saw it ({report.HypervisorDowntimeMs:0} ms says libvirt); longest gap of the client: UDP {report.Probe.LongestGapMs:0} ms, TCP {report.Tcp.LongestGapMs:0} ms");
        Line("phases", string.Join(", ", report.Phases.Select(phase => $"{ProgressText.PhaseName(phase.Name)} {Duration.Format(TimeSpan.FromSeconds(phase.Seconds))}")));
        Line("sent", $"memory {new ByteSize(report.MemoryBytes)}, disks {new ByteSize(report.DiskBytes)} with their empty parts{(report.Transport is null ? "" : $"; on the wire {new ByteSize(report.WireBytes)} over {report.Transport}, {report.Cipher}")}");
        Line("probes", $"{report.Probe.Sent} sent, one each {report.Probe.IntervalMs:0.#} ms, {report.Probe.Lost} lost");
        Line("connection", report.Tcp.Survived ? "the same TCP connection all the time, every counter in order" : $"broken: {report.Tcp.Error}");
        if (report.Disk is { } disk)
        {
            Line("disk", $"{disk.Records} records, {disk.Missing} missing, {disk.Corrupt} corrupt, qemu-img check {(disk.CheckClean ? "clean" : "found errors")}");
        }

        if (report.Cleartext is { } cleartext)
        {
            Line("encryption", $"{new ByteSize(cleartext.CapturedBytes)} of packets recorded, the guest's memory {(cleartext.MarkerFound ? "WAS SEEN in clear" : "not seen in clear")}");
        }

        void Line(string name, string text) => output.WriteLine($"{name,-12} {text}");
    }

    private sealed class Steps(TextWriter output) : IProgress<string>
    {
        public void Report(string value) => output.WriteLine($"  {value}");
    }
}
