using System.CommandLine;
using LivCloud.Cli.Commands.Lab;

var root = new RootCommand("Moves running virtual machines between hosts over the Internet.") { LabCommand.Create() };
// After Ctrl-C a command may take this long to clear up, such as `lab up` removing what it has built.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
