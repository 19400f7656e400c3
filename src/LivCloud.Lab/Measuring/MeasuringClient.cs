using System.Diagnostics;
using System.Net;
using System.Text.Json;
using LivCloud.Lab.Networks;
using LivCloud.Lab.Processes;

namespace LivCloud.Lab.Measuring;

/// <summary>A client of a guest that measures what its users would notice. It runs in a process and a namespace of its own.</summary>
public sealed class MeasuringClient : IAsyncDisposable
{
    private readonly Process _process;
    private bool _disposed;

    private MeasuringClient(Process process) => _process = process;

    /// <summary>Starts another window; the one that was open is dropped. The first one opens with the client.</summary>
    public async Task StartWindowAsync(CancellationToken cancellationToken = default) => await AskAsync("window", cancellationToken);

    /// <summary>Ends the window and tells what was seen in it. The connection stays; another window can be started.</summary>
    public async Task<MeasuringResult> EndWindowAsync(CancellationToken cancellationToken = default)
    {
        var line = await AskAsync("result", cancellationToken);
        return JsonSerializer.Deserialize<MeasuringResult>(line, JsonSerializerOptions.Web)
            ?? throw new LabException(LabError.Failed, $"The measuring client answered '{line}'.");
    }

    /// <summary>Ends the window and the client.</summary>
    public async Task<MeasuringResult> StopAsync(CancellationToken cancellationToken = default)
    {
        var result = await EndWindowAsync(cancellationToken);
        await DisposeAsync();
        return result;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception ex) when (ex is OperationCanceledException or IOException or InvalidOperationException)
        {
            LabProcesses.Kill(_process.Id);
        }

        _process.Dispose();
    }

    internal static async Task<MeasuringClient> StartAsync(string executable, LabNames names, IPAddress target, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("nsenter",
            [$"--net={Native.NetworkNamespace.Directory}/{names.ClientNamespace}", executable, "lab", "client", target.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in LabProcesses.Mark(names.Lab))
        {
            start.Environment[name] = value;
        }

        var client = new MeasuringClient(Process.Start(start)!);
        try
        {
            var line = await client.ReadAsync(cancellationToken);
            return line == "ready" ? client : throw new LabException(LabError.Failed, $"The measuring client did not start: {line}");
        }
        catch
        {
            LabProcesses.Kill(client._process.Id);
            await client.DisposeAsync();
            throw;
        }
    }

    private async Task<string> AskAsync(string word, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(word.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken)
        ?? throw new LabException(LabError.Failed, "The measuring client ended by itself.");
}
