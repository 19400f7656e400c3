namespace LivCloud.Lab.Links;

/// <summary>What a link did since it came up.</summary>
/// <param name="Settings">What it does to packets now, in words.</param>
/// <param name="IsCut">Whether nothing gets through.</param>
/// <param name="Capturing">The file into which packets are recorded; null when they are not.</param>
/// <param name="LeftToRight">From the first site of the file's `between` to the second.</param>
/// <param name="RightToLeft">The other way.</param>
/// <param name="CpuSeconds">Processor time that the emulator has used.</param>
public sealed record LinkStatistics(
    string Settings, bool IsCut, string? Capturing, LinkDirectionStatistics LeftToRight, LinkDirectionStatistics RightToLeft, double CpuSeconds);

/// <summary>What one direction of a link did.</summary>
/// <param name="Packets">Packets that came out at the far end.</param>
/// <param name="Bytes">Their bytes, Ethernet headers included.</param>
/// <param name="QueueDrops">Packets dropped because too much was waiting.</param>
/// <param name="LossDrops">Packets lost at random.</param>
/// <param name="CutDrops">Packets lost because the link was cut.</param>
/// <param name="MeanLatenessMicroseconds">How much later than computed packets came out, on average.</param>
/// <param name="MaxLatenessMicroseconds">The most of that.</param>
public sealed record LinkDirectionStatistics(
    long Packets, long Bytes, long QueueDrops, long LossDrops, long CutDrops, double MeanLatenessMicroseconds, double MaxLatenessMicroseconds);
