using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace LivCloud.Lab.Processes;

/// <summary>What a command left behind.</summary>
/// <param name="ExitCode">Its exit code; 128 and more when a signal ended it.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Whether it ended with exit code 0.</summary>
    public bool Succeeded => ExitCode == 0;
}

/// <summary>Runs programs and waits for them.</summary>
internal static class CommandRunner
{
    /// <summary>Runs a program; its end is awaited, and it is killed when the call is cancelled.</summary>
    public static async Task<CommandResult> RunAsync(
        IReadOnlyList<string> command, CancellationToken cancellationToken, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        catch (IOException)
        {
            // The program ended without reading all of its input; its exit code tells more.
            await process.WaitForExitAsync(cancellationToken);
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <exception cref="LabException">It failed; the message holds the last line of its standard error.</exception>
    public static async Task<string> RunCheckedAsync(
        IReadOnlyList<string> command, CancellationToken cancellationToken, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var result = await RunAsync(command, cancellationToken, input, environment);
        return result.Succeeded ? result.Output : throw new LabException(LabError.Failed,
            $"`{string.Join(' ', command)}` failed with exit code {result.ExitCode}: {result.Error.Trim()}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception ex)
        {
            throw new LabException(LabError.Unsupported, $"The program '{start.FileName}' can not be started; `./dev setup` installs what the lab needs.", ex);
        }
    }
}
