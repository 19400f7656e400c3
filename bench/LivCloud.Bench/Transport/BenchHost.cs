using System.Diagnostics;
using LivCloud.Lab.Hosts;
using LivCloud.Lab.Processes;

namespace LivCloud.Bench.Transport;

/// <summary>A place where programs of a benchmark run.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Address">Where others reach it.</param>
/// <param name="Prefix">What stands before a command to run it there; null for a host of a lab.</param>
/// <param name="Host">The host of a lab.</param>
internal sealed record BenchHost(string Name, string Address, IReadOnlyList<string>? Prefix, LabHost? Host)
{
    /// <summary>A host of a lab.</summary>
    public static BenchHost Of(LabHost host) => new(host.Name, host.Address, null, host);

    /// <summary>A network namespace.</summary>
    public static BenchHost OfNamespace(string name, string address) => new(name, address, ["ip", "netns", "exec", name], null);

    /// <summary>Runs a program there and waits for it.</summary>
    public async Task<CommandResult> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        if (Host is not null)
        {
            return await Host.RunAsync(command, cancellationToken);
        }

        string[] whole = [.. Prefix!, .. command];
        using var process = Process.Start(new ProcessStartInfo(whole[0], whole.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"The command {whole[0]} can not be run.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }
}
