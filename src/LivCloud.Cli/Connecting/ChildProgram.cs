using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using LivCloud.Core;

namespace LivCloud.Cli.Connecting;

/// <summary>A program that a command runs in its own place: with its terminal, and with its exit code.</summary>
internal static class ChildProgram
{
    /// <summary>Runs a program until it ends; the terminal gives it the first Ctrl-C too, a SIGTERM or SIGHUP is passed on, the second signal kills it.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(string[] program, (string Name, string Value) variable, Interruption interruption)
    {
        var start = new ProcessStartInfo(program[0], program[1..]) { UseShellExecute = false };
        start.Environment[variable.Name] = variable.Value;
        using var process = Start(start);
        using var passing = interruption.First.Register(() => PassOn(interruption.FirstSignal, process));
        try
        {
            await process.WaitForExitAsync(interruption.Second);
        }
        catch (OperationCanceledException) when (interruption.Second.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode;
    }

    private static void PassOn(PosixSignal? signal, Process process)
    {
        var name = signal switch
        {
            PosixSignal.SIGTERM => "TERM",
            PosixSignal.SIGHUP => "HUP",
            _ => null,
        };
        if (name is null || process.HasExited)
        {
            return;
        }

        try
        {
            // .NET 10 can only kill a process; the shell is where one is.
            using var shell = Process.Start("sh", ["-c", $"kill -s {name} {process.Id} 2>/dev/null"]);
            shell.WaitForExit();
        }
        catch (Win32Exception)
        {
            // There is no shell: the second signal still ends the program.
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new UnreachableException("A process that is not of a shell was not started.");
        }
        catch (Win32Exception ex)
        {
            throw new FailureException(
                FailureCode.InvalidRequest, $"{start.FileName} could not be started: {ex.Message}.", "Give the path of a program.", ex);
        }
    }
}
