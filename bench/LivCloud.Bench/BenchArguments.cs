using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using LivCloud.Channel;
using LivCloud.Cli.Output;
using LivCloud.Core;
using LivCloud.Lab;

namespace LivCloud.Bench;

/// <summary>Options of the form "--name value".</summary>
internal sealed class BenchArguments
{
    private const int MostOfAnything = 100_000;
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Dictionary<string, string> _values = [];

    private BenchArguments(string[] args)
    {
        args = [.. args.SelectMany(word => word is "--quick" or "--plain" ? [word, "yes"] : new[] { word })];
        for (var at = 0; at < args.Length; at += 2)
        {
            if (!args[at].StartsWith("--", StringComparison.Ordinal) || at + 1 == args.Length)
            {
                throw new FormatException($"'{args[at]}' is not an option with a value.");
            }

            _values[args[at][2..]] = args[at + 1];
        }
    }

    public string this[string name] => _values.TryGetValue(name, out var value) ? value : throw new FormatException($"--{name} is missing.");

    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>A number from 1 to <see cref="MostOfAnything"/>.</summary>
    public int Number(string name, int otherwise)
    {
        if (Find(name) is not { } text)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostOfAnything
            ? number
            : throw new FormatException($"--{name} {text} is not a number from 1 to {MostOfAnything}.");
    }

    /// <summary>Writes the figures to the file that --json names, if it does.</summary>
    public async Task WriteJsonAsync<T>(T figures, CancellationToken cancellationToken)
    {
        if (Find("json") is { } file)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(figures, Indented) + "\n", cancellationToken);
        }
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: bench channel [--seconds 5] [--runs 3] [--rate 400mbit] [--json FILE]
                   bench migrate [--profile all|demo|shared|lan|lossy|blackout] [--runs 5] [--json FILE]
                   bench predict [--json FILE]
                   bench sharing [--case cubic-udt] [--runs 1] [--json FILE]
                   bench transport [--quick] [--seconds 20] [--senders udt,tcp-bbr] [--cell 100/50/0] [--json FILE]
                   bench transport --plain [--runs 3] [--seconds 8] [--json FILE]

            channel   one memory stream over the channel between two processes in two network namespaces, beside bare TLS over the same path
            migrate   moves of a running guest in a lab: 5 with the disk copied, 5 with a shared disk (200 Mbit/s, 50 ms), and on a LAN twice as
                      many, in turn with as many by plain `virsh migrate` through socat; all measured by a client from outside;
                      lossy: over UDT, TCP BBR and TCP CUBIC in turn (100 Mbit/s, 100 ms, 1 % loss);
                      blackout: the link is cut for a minute while the memory is copied over UDT
            predict   plans 24 moves of six guests over several paths, makes them, and compares; from half of them is learnt
            sharing   our UDT beside itself, TCP CUBIC and TCP BBR on one link of 100 Mbit/s and 50 ms, and in its background mode
            transport our UDT beside the kernel's TCP and Debian's libudt over emulated links of 100 and 500 Mbit/s, 50 to 200 ms, 0 to 1 % loss;
                      --plain: over a cable without any limit, where what counts is the processor
            Needs root.
            """);
        return 2;
    }

    /// <summary>Runs a benchmark; Ctrl-C and SIGTERM cancel it, so that it can clean up.</summary>
    public static async Task<int> RunAsync(string[] args, Func<BenchArguments, CancellationToken, Task<int>> run)
    {
        using var stop = new CancellationTokenSource();
        void Stop(object? _, ConsoleCancelEventArgs pressed)
        {
            pressed.Cancel = true;
            stop.Cancel();
        }

        Console.CancelKeyPress += Stop;
        using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM,
            signal =>
            {
                signal.Cancel = true;
                stop.Cancel();
            });
        try
        {
            var arguments = new BenchArguments(args);
            ReportFile.Check(arguments.Find("json"));
            return await run(arguments, stop.Token);
        }
        catch (FormatException ex)
        {
            await Console.Error.WriteLineAsync(ex.Message);
            return Usage();
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception ex) when (ex is LabException or FailureException or ChannelException or InvalidOperationException or IOException
            or UnauthorizedAccessException or SocketException or AuthenticationException or Win32Exception or OverflowException)
        {
            await Console.Error.WriteLineAsync($"bench: {ex.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
        finally
        {
            Console.CancelKeyPress -= Stop;
        }
    }
}
