using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Native;

namespace LivCloud.Lab.Measuring;

/// <summary>The measuring client's process, inside the client's namespace. It obeys words, one a line, and answers each with one line.</summary>
/// <remarks>
/// It first writes "ready" when the guest answers, or "failed" and a reason. Then: "window" starts a window ("started"), "result" ends it and gives its
/// <see cref="MeasuringResult"/> as JSON, "stop" or the end of input ends the process. A first window is open from the start.
/// </remarks>
public static class MeasuringProcess
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs until it is told to stop.</summary>
    /// <param name="target">The guest's address.</param>
    /// <param name="input">Where the words come from.</param>
    /// <param name="output">Where the answers go.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    public static async Task RunAsync(IPAddress target, TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        using var probes = new ProbeSeries(new IPEndPoint(target, LabGuest.EchoPort));
        using var connection = new CounterConnection();
        var threads = new List<Thread> { new(probes.Send), new(probes.Receive) };
        threads.ForEach(thread => thread.Start());
        try
        {
            await ConnectAsync(probes, connection, new IPEndPoint(target, LabGuest.CounterPort), cancellationToken);
            threads.AddRange([new Thread(connection.Send), new Thread(connection.Receive)]);
            threads.Skip(2).ToList().ForEach(thread => thread.Start());
            var windowStart = StartWindow(probes, connection);
            await AnswerAsync(output, "ready");
            while (await input.ReadLineAsync(cancellationToken) is { } word and not "stop")
            {
                switch (word)
                {
                    case "window":
                        windowStart = StartWindow(probes, connection);
                        await AnswerAsync(output, "started");
                        break;
                    case "result":
                        await AnswerAsync(output, JsonSerializer.Serialize(await EndWindowAsync(probes, connection, windowStart, cancellationToken), JsonSerializerOptions.Web));
                        break;
                    default:
                        await AnswerAsync(output, "unknown");
                        break;
                }
            }
        }
        catch (LabException ex)
        {
            await AnswerAsync(output, "failed " + ex.Message);
        }
        finally
        {
            probes.Stop();
            connection.Stop();
            threads.ForEach(thread => thread.Join());
        }
    }

    private static async Task ConnectAsync(ProbeSeries probes, CounterConnection connection, IPEndPoint target, CancellationToken cancellationToken)
    {
        var limit = MonotonicClock.Now + (long)ReadyLimit.TotalNanoseconds;
        while (probes.TotalAnswers == 0)
        {
            if (MonotonicClock.Now > limit)
            {
                throw new LabException(LabError.Failed, $"{target.Address} answers no probe within {ReadyLimit.TotalSeconds:0} s.");
            }

            await Task.Delay(5, cancellationToken);
        }

        try
        {
            await connection.ConnectAsync(target, cancellationToken);
        }
        catch (SocketException ex)
        {
            throw new LabException(LabError.Failed, $"The TCP connection to {target} failed: {ex.Message}.", ex);
        }
    }

    private static long StartWindow(ProbeSeries probes, CounterConnection connection)
    {
        var now = MonotonicClock.Now;
        probes.StartWindow(now);
        connection.StartWindow(now);
        return now;
    }

    private static async Task<MeasuringResult> EndWindowAsync(
        ProbeSeries probes, CounterConnection connection, long windowStart, CancellationToken cancellationToken)
    {
        var now = MonotonicClock.Now;
        probes.EndWindow(now);
        connection.EndWindow(now);
        for (var deadline = now + (long)Grace.TotalNanoseconds; MonotonicClock.Now < deadline && !probes.IsAnswered;)
        {
            await Task.Delay(5, cancellationToken);
        }

        return new MeasuringResult((now - windowStart) / 1e6, probes.Result(), connection.Result());
    }

    private static async Task AnswerAsync(TextWriter output, string line)
    {
        await output.WriteLineAsync(line);
        await output.FlushAsync();
    }
}
