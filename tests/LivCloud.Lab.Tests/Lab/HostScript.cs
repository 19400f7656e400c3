using LivCloud.Lab.Hosts;

namespace LivCloud.Lab.Tests;

/// <summary>Runs shell scripts on a lab's hosts; a script that fails fails the test.</summary>
internal static class HostScript
{
    public static async Task<string> RunAsync(LabHost host, string script)
    {
        var result = await host.RunAsync("sh", "-ec", script);
        Assert.True(result.Succeeded, $"on {host.Name}: {script}\n{result.Output}{result.Error}");
        return result.Output;
    }
}
