using System.CommandLine;
using LivCloud.Cli.Commands.Lab;

var root = new RootCommand("Moves running virtual machines between hosts over the Internet.") { LabCommand.Create() };
return await root.Parse(args).InvokeAsync();
