using System.CommandLine;
using System.CommandLine.Parsing;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>The options that say what is wanted of a move, of `plan` and `migrate` alike.</summary>
internal sealed class GoalOptions
{
    private static readonly (TimeSpan Least, TimeSpan Most) Downtimes = (TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60));
    private static readonly (TimeSpan Least, TimeSpan Most) Deadlines = (TimeSpan.FromSeconds(5), TimeSpan.FromDays(7));

    private readonly Option<StorageMode> _storage = CommonArguments.Choice<StorageMode>(
        "--storage", "How its disks get there; auto copies those that the destination does not share. [default: auto]");

    private readonly Option<TimeSpan> _downtime = new("--max-downtime")
    {
        Description = "The longest pause of the guest that is wanted, 1ms to 60s; refused where more is to be expected. [default: no goal]",
        HelpName = "TIME",
        CustomParser = result => ReadTime(result, Downtimes, "a downtime: write 1ms to 60s, such as 300ms"),
    };

    private readonly Option<TimeSpan> _deadline = new("--deadline")
    {
        Description = "By when it is completed, or rolled back, 5s to 168h from now; refused where more is to be expected. [default: no goal]",
        HelpName = "TIME",
        CustomParser = result => ReadTime(result, Deadlines, "a deadline: write 5s to 168h, such as 10m"),
    };

    private readonly Option<Bandwidth?> _bandwidth = new("--max-bandwidth")
    {
        Description = "The most that may be sent, such as 200mbit. [default: no limit]",
        HelpName = "RATE",
        CustomParser = CommonArguments.ReadBandwidth,
    };

    private readonly Option<LinkTransport> _transport = CommonArguments.Choice<LinkTransport>(
        "--transport", "What it is sent over; auto takes UDT where the round trip is long and UDP gets through. [default: as agent.yaml says]");

    private readonly Option<TrafficPriority> _priority = CommonArguments.Choice<TrafficPriority>(
        "--priority", "Whether it leaves a busy path to others until the guest is paused; over TCP it always shares. [default: background, unless a goal needs more]");

    private readonly Option<bool> _force = new("--force") { Description = "Try it although it should miss its goals, or not end: the guest is slowed as far as needed." };

    /// <summary>Lets a command take them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_storage, _downtime, _deadline, _bandwidth, _transport, _priority, _force])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The request that they make.</summary>
    public MigrationRequest Read(ParseResult parsed, string vm, HostName destination) => new()
    {
        Vm = vm,
        Destination = destination.ToString(),
        Storage = parsed.GetValue(_storage),
        MaxDowntimeMs = parsed.GetResult(_downtime) is null ? null : parsed.GetValue(_downtime).TotalMilliseconds,
        DeadlineSeconds = parsed.GetResult(_deadline) is null ? null : parsed.GetValue(_deadline).TotalSeconds,
        MaxBandwidthBitsPerSecond = parsed.GetValue(_bandwidth)?.BitsPerSecond,
        Transport = parsed.GetResult(_transport) is null ? null : parsed.GetValue(_transport),
        Priority = parsed.GetResult(_priority) is null ? null : parsed.GetValue(_priority),
        Force = parsed.GetValue(_force),
    };

    private static TimeSpan ReadTime(ArgumentResult result, (TimeSpan Least, TimeSpan Most) range, string what)
    {
        if (!Duration.TryParse(result.Tokens[0].Value, out var time) || time < range.Least || time > range.Most)
        {
            result.AddError($"'{result.Tokens[0].Value}' is not {what}.");
        }

        return time;
    }
}
