using System.CommandLine;

namespace LivCloud.Cli.Tests;

/// <summary>Runs the command line as a process would, with its outputs kept.</summary>
internal sealed class CommandRun(string socketPath) : IDisposable
{
    private readonly RecordingWriter _output = new RecordingWriter();
    private readonly RecordingWriter _error = new RecordingWriter();

    public Interruption Interruption { get; } = new();

    public Dictionary<string, string> Variables { get; } = new() { ["LIVCLOUD_AGENT"] = socketPath };

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public Task<int> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    /// <summary>Runs the command line with one more command, as the program adds those that need more than the environment.</summary>
    public Task<int> RunAsync(Func<CliEnvironment, Command>? more, params string[] arguments)
    {
        var environment = new CliEnvironment
        {
            Output = _output,
            Error = _error,
            ErrorIsTerminal = false,
            Interruption = Interruption,
            Variable = name => Variables.GetValueOrDefault(name),
            Clock = TimeProvider.System,
        };
        var root = LivCloudCommand.Create(environment);
        if (more is not null)
        {
            root.Add(more(environment));
        }

        return LivCloudCommand.RunAsync(root, arguments, environment);
    }

    /// <summary>Waits until a condition holds; the test fails when it does not within 20 s.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    public void Dispose()
    {
        Interruption.Dispose();
        _output.Dispose();
        _error.Dispose();
    }
}
