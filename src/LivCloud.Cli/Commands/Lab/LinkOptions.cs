using System.CommandLine;
using LivCloud.Core;
using LivCloud.Lab.Links;

namespace LivCloud.Cli.Commands.Lab;

/// <summary>The options that say what a link does to packets.</summary>
internal sealed class LinkOptions
{
    private delegate bool TryParse<T>(string text, out T value);

    public Option<Bandwidth?> Rate { get; } = Make<Bandwidth>("--rate", "How fast it is, such as 200mbit.", Bandwidth.TryParse);

    public Option<TimeSpan?> Delay { get; } = Make<TimeSpan>("--delay", "The time one way, such as 25ms.", Duration.TryParse);

    public Option<TimeSpan?> Jitter { get; } = Make<TimeSpan>("--jitter", "How far the delay varies, such as 2ms.", Duration.TryParse);

    public Option<double?> Loss { get; } = Make<double>("--loss", "The part of packets lost at random, such as 0.1%.", LinkSettings.TryParseLoss);

    public Option<LinkQueueLimit?> Queue { get; } = Make<LinkQueueLimit>("--queue", "What may wait for the wire, such as 50ms or 1000p.", LinkQueueLimit.TryParse);

    public Option<ulong?> Seed { get; } = Make<ulong>("--seed", "Where the random numbers start.", ulong.TryParse);

    public Option<Bandwidth?> UdpRate { get; } = Make<Bandwidth>("--udp-rate", "The most that UDP gets, as some networks have it; 0bit: as much as all else.", LinkSettings.TryParseUdpRate);

    public Option<int?> Mtu { get; } = Make<int>("--mtu", "The longest IP packet that gets through, in bytes, such as 1400; longer ones vanish; 0: any.", int.TryParse);

    public Option<TimeSpan?> Grain { get; } = Make<TimeSpan>("--grain", "How late a frame may leave, so that several do in one go, such as 40us.", Duration.TryParse);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Rate, Delay, Jitter, Loss, Queue, Seed, UdpRate, Mtu, Grain })
        {
            command.Add(option);
        }
    }

    private static Option<T?> Make<T>(string name, string description, TryParse<T> tryParse)
        where T : struct => new(name)
        {
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (tryParse(text, out var value))
                {
                    return value;
                }

                result.AddError($"'{text}' is no value for {name}. {description}");
                return null;
            },
        };
}
