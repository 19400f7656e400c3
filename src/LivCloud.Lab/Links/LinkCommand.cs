using System.Text.Json;
using System.Text.Json.Serialization;
using LivCloud.Core;

namespace LivCloud.Lab.Links;

/// <summary>One line to a link emulator's control socket. Fields that are null change nothing.</summary>
internal sealed record LinkCommand
{
    public required string Do { get; init; }   // set, cut, restore, capture, stop-capture, show

    public long? BitsPerSecond { get; init; }

    public long? DelayMicroseconds { get; init; }

    public long? JitterMicroseconds { get; init; }

    public double? Loss { get; init; }

    public string? Queue { get; init; }

    public ulong? Seed { get; init; }

    public long? UdpBitsPerSecond { get; init; }

    public int? Mtu { get; init; }

    public long? GrainMicroseconds { get; init; }

    public double? ForSeconds { get; init; }

    public string? Path { get; init; }

    /// <summary>The settings after a "set" command.</summary>
    public LinkSettings ApplyTo(LinkSettings settings) => settings with
    {
        Rate = BitsPerSecond is { } bits ? new Bandwidth(bits) : settings.Rate,
        Delay = DelayMicroseconds is { } delay ? TimeSpan.FromMicroseconds(delay) : settings.Delay,
        Jitter = JitterMicroseconds is { } jitter ? TimeSpan.FromMicroseconds(jitter) : settings.Jitter,
        Loss = Loss ?? settings.Loss,
        Queue = Queue is not null && LinkQueueLimit.TryParse(Queue, out var queue) ? queue : settings.Queue,
        Seed = Seed ?? settings.Seed,
        UdpRate = UdpBitsPerSecond is { } udp ? new Bandwidth(udp) : settings.UdpRate,
        Mtu = Mtu ?? settings.Mtu,
        Grain = GrainMicroseconds is { } grain ? TimeSpan.FromMicroseconds(grain) : settings.Grain,
    };
}

/// <summary>An emulator's answer: the link's state, or what was wrong with the command.</summary>
internal sealed record LinkAnswer(string? Error, LinkStatistics? Statistics);

/// <summary>How the control socket's lines are written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LinkCommand))]
[JsonSerializable(typeof(LinkAnswer))]
internal sealed partial class LinkJson : JsonSerializerContext;
