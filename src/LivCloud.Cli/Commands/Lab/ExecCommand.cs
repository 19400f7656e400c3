using System.CommandLine;
using LivCloud.Core;
using LivCloud.Lab;

namespace LivCloud.Cli.Commands.Lab;

internal static class ExecCommand
{
    public static Command Create()
    {
        var name = LabCommand.NameArgument();
        var host = new Argument<string>("HOST") { Description = "The host's name." };
        var program = new Argument<string[]>("CMD") { Description = "The program and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", """
            Runs a program inside a host: in its network, mount, UTS and PID namespaces. The exit code is the program's.

            Examples:
              livcloud lab exec demo h1 -- virsh list --all
              livcloud lab exec demo h2 -- bash
            """) { name, host, program };
        command.SetAction((parsed, _) => LabCommand.RunAsync(() =>
        {
            var lab = RunningLab.Open(parsed.GetRequiredValue(name));
            LabCommand.Find(lab.Hosts, "host", parsed.GetRequiredValue(host), lab).Become(parsed.GetRequiredValue(program));
            return Task.FromResult(ExitCode.Failure);
        }));
        return command;
    }
}
