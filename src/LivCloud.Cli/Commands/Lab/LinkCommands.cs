using System.CommandLine;
using System.Text.Json;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Links;

namespace LivCloud.Cli.Commands.Lab;

internal static class LinkCommands
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    public static Command Create() => new("link", "Changes, cuts, restores, shows and records a link while it is in use.")
    {
        Set(),
        Cut(),
        Act("restore", "Ends a cut.\n\nExample:\n  livcloud lab link restore demo wan", (link, cancellationToken) => link.RestoreAsync(cancellationToken)),
        Show(),
        Capture(),
    };

    private static Command Set()
    {
        var options = new LinkOptions();
        var command = new Command("set", """
            Changes what a link does to packets from now on, in both directions.

            Example:
              livcloud lab link set demo wan --rate 50mbit --delay 40ms --jitter 2ms --loss 0.1% --queue 100ms
            """);
        options.AddTo(command);
        return Complete(command, async (parsed, link, cancellationToken) =>
        {
            var statistics = await link.SetAsync(parsed.GetValue(options.Rate), parsed.GetValue(options.Delay), parsed.GetValue(options.Jitter),
                parsed.GetValue(options.Loss), parsed.GetValue(options.Queue), parsed.GetValue(options.Seed), parsed.GetValue(options.Grain), parsed.GetValue(options.UdpRate), parsed.GetValue(options.Mtu),
                cancellationToken);
            Console.WriteLine($"{link.Name}: {statistics.Settings}");
        });
    }

    private static Command Cut()
    {
        var time = new Option<TimeSpan?>("--for")
        {
            Description = "Restore it by itself after this time, such as 20s.",
            CustomParser = result =>
            {
                if (Duration.TryParse(result.Tokens[0].Value, out var span))
                {
                    return span;
                }

                result.AddError($"'{result.Tokens[0].Value}' is no time such as 20s.");
                return null;
            },
        };
        var command = new Command("cut", """
            Lets nothing through any more, as when a cable is pulled far away: the ends' interfaces stay up.

            Examples:
              livcloud lab link cut demo wan
              livcloud lab link cut demo wan --for 20s
            """) { time };
        return Complete(command, (parsed, link, cancellationToken) => link.CutAsync(parsed.GetValue(time), cancellationToken));
    }

    private static Command Show()
    {
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var command = new Command("show", "Shows a link's settings and what it did so far.\n\nExample:\n  livcloud lab link show demo wan --json") { json };
        return Complete(command, async (parsed, link, cancellationToken) =>
        {
            var statistics = await link.StatisticsAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(statistics, Indented));
                return;
            }

            Console.WriteLine($"{link.Name}: {(statistics.IsCut ? "cut" : "up")}, {statistics.Settings}");
            Print($"{link.Spec.LeftSite} to {link.Spec.RightSite}", statistics.LeftToRight);
            Print($"{link.Spec.RightSite} to {link.Spec.LeftSite}", statistics.RightToLeft);
        });
    }

    private static Command Capture()
    {
        var file = new Argument<string?>("FILE") { Description = "The pcap file.", Arity = ArgumentArity.ZeroOrOne };
        var stop = new Option<bool>("--stop") { Description = "End the recording." };
        var command = new Command("capture", """
            Records every packet that gets onto the wire into a pcap file, until --stop.

            Examples:
              livcloud lab link capture demo wan wire.pcap
              livcloud lab link capture demo wan --stop
            """);
        Complete(command, (parsed, link, cancellationToken) => (parsed.GetValue(file), parsed.GetValue(stop)) switch
        {
            ({ } path, false) => link.CaptureAsync(path, cancellationToken),
            (_, true) => link.StopCaptureAsync(cancellationToken),
            (null, false) => throw new LabException(LabError.Invalid, "Give a file, or --stop."),
        });
        command.Add(file);
        command.Add(stop);
        return command;
    }

    private static Command Act(string name, string description, Func<LabLink, CancellationToken, Task> act) =>
        Complete(new Command(name, description), (_, link, cancellationToken) => act(link, cancellationToken));

    private static Command Complete(Command command, Func<ParseResult, LabLink, CancellationToken, Task> act)
    {
        var name = LabCommand.NameArgument();
        var linkName = new Argument<string>("LINK") { Description = "The link's name." };
        command.Add(name);
        command.Add(linkName);
        command.SetAction((parsed, cancellationToken) => LabCommand.RunAsync(async () =>
        {
            var lab = RunningLab.Open(parsed.GetRequiredValue(name));
            await act(parsed, LabCommand.Find(lab.Links, "link", parsed.GetRequiredValue(linkName), lab), cancellationToken);
            return ExitCode.Success;
        }));
        return command;
    }

    private static void Print(string direction, LinkDirectionStatistics statistics) => Console.WriteLine(
        $"  {direction}: {statistics.Packets} packets, {new ByteSize(statistics.Bytes)}; dropped: queue {statistics.QueueDrops}, loss {statistics.LossDrops}, "
        + $"cut {statistics.CutDrops}; late {statistics.MeanLatenessMicroseconds:0} µs on average, {statistics.MaxLatenessMicroseconds:0} µs at most");
}
