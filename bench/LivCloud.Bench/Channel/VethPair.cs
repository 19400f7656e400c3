using System.Diagnostics;

namespace LivCloud.Bench.Channel;

/// <summary>Two network namespaces joined by a cable without limits. Deleted with it.</summary>
internal sealed class VethPair : IAsyncDisposable
{
    private VethPair(string name) => (First, Second) = ($"{name}a", $"{name}b");

    public const string FirstAddress = "10.99.0.1";
    public const string SecondAddress = "10.99.0.2";

    public string First { get; }

    public string Second { get; }

    public static async Task<VethPair> CreateAsync()
    {
        var pair = new VethPair($"lcb{Environment.ProcessId}");
        try
        {
            await RunAsync("netns", "add", pair.First);
            await RunAsync("netns", "add", pair.Second);
            await RunAsync("-n", pair.First, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns", pair.Second);
            await ConfigureAsync(pair.First, FirstAddress);
            await ConfigureAsync(pair.Second, SecondAddress);
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
        foreach (var name in new[] { First, Second })
        {
            try
            {
                await RunAsync("netns", "del", name);
            }
            catch (InvalidOperationException ex)
            {
                await Console.Error.WriteLineAsync(ex.Message);
            }
        }
    }

    private static async Task ConfigureAsync(string name, string address)
    {
        await RunAsync("-n", name, "addr", "add", $"{address}/24", "dev", "veth0");
        await RunAsync("-n", name, "link", "set", "lo", "up");
        await RunAsync("-n", name, "link", "set", "veth0", "up");
    }

    private static async Task RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("The command ip can not be run.");
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)} failed: {error.Trim()}");
        }
    }
}
