using LivCloud.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LivCloud.Agent;

/// <summary>What the agent logs beside the engine and the channel. Ids 3000 to 3999; an id is never used again.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(3001, LogLevel.Information, "Agent {Name} {Version} listens on {Address}, its API on {ApiSocket}")]
    public static partial void Started(ILogger log, HostName name, string version, string address, string apiSocket);

    [LoggerMessage(3002, LogLevel.Information, "Agent {Name} ends")]
    public static partial void Ending(ILogger log, HostName name);

    [LoggerMessage(3003, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger log, Exception exception, string method, PathString path);

    [LoggerMessage(3004, LogLevel.Warning, "Libvirt does not answer yet: {Reason}")]
    public static partial void LibvirtNotReady(ILogger log, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "{Concern}")]
    public static partial void Concern(ILogger log, string concern);
}
