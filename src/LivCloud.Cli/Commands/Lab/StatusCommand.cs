using System.CommandLine;
using System.Text.Json;
using LivCloud.Core;
using LivCloud.Lab;

namespace LivCloud.Cli.Commands.Lab;

internal static class StatusCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    public static Command Create()
    {
        var name = LabCommand.CompleteNames(new Argument<string?>("NAME") { Description = "The lab's name; all labs by default.", Arity = ArgumentArity.ZeroOrOne });
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var command = new Command("status", """
            Shows hosts, links and guests of a lab, or of all labs.

            Examples:
              livcloud lab status
              livcloud lab status demo --json
            """) { name, json };
        command.SetAction((parsed, cancellationToken) => LabCommand.RunAsync(async () =>
        {
            IReadOnlyList<string> labs = parsed.GetValue(name) is { } one ? [one] : RunningLab.All();
            var reports = new List<LabReport>();
            foreach (var lab in labs)
            {
                reports.Add(await LabReport.MakeAsync(lab, mayBePartial: parsed.GetValue(name) is null, cancellationToken));
            }

            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(reports, Indented));
                return ExitCode.Success;
            }

            foreach (var report in reports)
            {
                report.Print();
            }

            if (reports.Count == 0)
            {
                Console.WriteLine("No lab is up.");
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private sealed record HostLine(string Name, string Address, string Network, bool Running);

    private sealed record LinkLine(string Name, string Between, string State, string Settings, long Packets, long Dropped);

    private sealed record GuestLine(string Name, string Address, string? Host);

    private sealed record LabReport(string Name, bool Complete, List<HostLine> Hosts, List<LinkLine> Links, List<GuestLine> Guests)
    {
        public static async Task<LabReport> MakeAsync(string name, bool mayBePartial, CancellationToken cancellationToken)
        {
            RunningLab lab;
            try
            {
                lab = RunningLab.Open(name);
            }
            catch (LabException ex) when (mayBePartial && ex.Error is LabError.Conflict or LabError.NotFound)
            {
                return new LabReport(name, Complete: false, [], [], []);
            }

            var report = new LabReport(name, Complete: true,
                [.. lab.Hosts.Values.Select(host => new HostLine(host.Name, host.Address, host.NetworkNamespace, host.IsRunning))], [], []);
            foreach (var link in lab.Links.Values)
            {
                var statistics = await link.StatisticsAsync(cancellationToken);
                var (left, right) = (statistics.LeftToRight, statistics.RightToLeft);
                report.Links.Add(new LinkLine(link.Name, $"{link.Spec.LeftSite} - {link.Spec.RightSite}", statistics.IsCut ? "cut" : "up", statistics.Settings,
                    left.Packets + right.Packets, left.QueueDrops + left.LossDrops + left.CutDrops + right.QueueDrops + right.LossDrops + right.CutDrops));
            }

            foreach (var guest in lab.Guests.Values)
            {
                report.Guests.Add(new GuestLine(guest.Name, guest.Address.ToString(), (await guest.FindAsync(cancellationToken))?.Name));
            }

            return report;
        }

        public void Print()
        {
            Console.WriteLine(Complete ? $"{Name}" : $"{Name}: came up only in part; `livcloud lab down {Name}` removes it");
            Hosts.ForEach(host => Console.WriteLine($"  host  {host.Name,-10} {host.Address,-15} {(host.Running ? "running" : "powered off")}"));
            Links.ForEach(link => Console.WriteLine($"  link  {link.Name,-10} {link.Between}: {link.State}, {link.Settings}; {link.Packets} packets, {link.Dropped} dropped"));
            Guests.ForEach(guest => Console.WriteLine($"  guest {guest.Name,-10} {guest.Address,-15} {(guest.Host is null ? "runs nowhere" : $"on {guest.Host}")}"));
        }
    }
}
