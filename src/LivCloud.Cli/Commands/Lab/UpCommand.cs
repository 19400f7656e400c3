using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Topology;

namespace LivCloud.Cli.Commands.Lab;

internal static class UpCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The lab file, such as lab/topologies/demo.yaml." };
        var name = new Option<string?>("--name") { Description = "The lab's name; the file's name without .yaml by default." };
        var noAgents = new Option<bool>("--no-agents") { Description = "Run no `livcloud agent` on the hosts." };
        var noGuests = new Option<bool>("--no-guests") { Description = "Start no guest; `livcloud lab guest start` does it later." };
        var command = new Command("up", """
            Builds a lab and waits until its hosts and guests are ready. It stays up until `livcloud lab down`.

            Examples:
              livcloud lab up lab/topologies/demo.yaml
              livcloud lab up lab/topologies/lan.yaml --name second --no-agents
            """) { file, name, noAgents, noGuests };
        command.SetAction((parsed, cancellationToken) => LabCommand.RunAsync(async () =>
        {
            var start = Stopwatch.StartNew();
            var path = parsed.GetRequiredValue(file);
            var options = new LabOptions
            {
                Name = parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(path),
                WithAgents = !parsed.GetValue(noAgents),
                StartGuests = !parsed.GetValue(noGuests),
            };
            using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                interrupt.Cancel();
            });
            var lab = await RunningLab.UpAsync(LabFile.Load(path), options, new Steps(), interrupt.Token);
            Console.WriteLine($"The lab '{lab.Name}' is up ({Duration.Format(start.Elapsed)}). `livcloud lab status {lab.Name}` shows it, `livcloud lab down {lab.Name}` removes it.");
            return ExitCode.Success;
        }));
        return command;
    }

    /// <summary>Writes each step at once and in order, which Progress does not promise.</summary>
    private sealed class Steps : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine($"  {value}");
    }
}
