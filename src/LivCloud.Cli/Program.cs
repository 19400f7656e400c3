using LivCloud.Cli;

using var interruption = Interruption.OfThisProcess();
var environment = CliEnvironment.OfThisProcess(interruption);
var root = LivCloudCommand.Create(environment);
return await LivCloudCommand.RunAsync(root, args, environment);
