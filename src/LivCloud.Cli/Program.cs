using LivCloud.Agent;
using LivCloud.Agent.Configuration;
using LivCloud.Cli;
using LivCloud.Cli.Commands;
using LivCloud.Cli.Commands.Lab;

using var interruption = Interruption.OfThisProcess();
var environment = CliEnvironment.OfThisProcess(interruption);
var root = LivCloudCommand.Create(environment);
root.Add(AgentCommand.Create(AgentProcess.RunAsync, path => AgentCheck.Run(path, environment.Output)));
root.Add(LabCommand.Create(environment));
return await LivCloudCommand.RunAsync(root, args, environment);
