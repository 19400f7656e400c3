using System.Diagnostics;

namespace LivCloud.Bench.Channel;

/// <summary>Two network namespaces joined by a cable. Deleted with it.</summary>
internal sealed class VethPair : IAsyncDisposable
{
    private readonly List<string> _made = [];

    private VethPair(string name) => (First, Second) = ($"{name}a", $"{name}b");

    public const string FirstAddress = "10.99.0.1";
    public const string SecondAddress = "10.99.0.2";

    public string First { get; }

    public string Second { get; }

    /// <summary>Makes the pair.</summary>
    /// <param name="rate">The rate of the cable in each direction as tc has it, such as "400mbit"; null for no limit.</param>
    public static async Task<VethPair> CreateAsync(string? rate)
    {
        var pair = new VethPair($"lcb{Environment.ProcessId}");
        try
        {
            foreach (var name in new[] { pair.First, pair.Second })
            {
                await RunAsync("ip", "netns", "add", name);
                pair._made.Add(name);
            }

            await RunAsync("ip", "-n", pair.First, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns", pair.Second);
            await ConfigureAsync(pair.First, FirstAddress, rate);
            await ConfigureAsync(pair.Second, SecondAddress, rate);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _made)
        {
            try
            {
                await RunAsync("ip", "netns", "del", name);
            }
            catch (InvalidOperationException ex)
            {
                await Console.Error.WriteLineAsync(ex.Message);
            }
        }
    }

    private static async Task ConfigureAsync(string name, string address, string? rate)
    {
        await RunAsync("ip", "-n", name, "addr", "add", $"{address}/24", "dev", "veth0");
        await RunAsync("ip", "-n", name, "link", "set", "lo", "up");
        await RunAsync("ip", "-n", name, "link", "set", "veth0", "up");
        if (rate is not null)
        {
            await RunAsync("tc", "-n", name, "qdisc", "add", "dev", "veth0", "root", "tbf", "rate", rate, "burst", "128kb", "latency", "100ms");
        }
    }

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException($"The command {command} can not be run.");
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} failed: {error.Trim()}");
        }
    }
}
