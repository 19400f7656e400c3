using LivCloud.Core;
using Microsoft.Extensions.Logging;

namespace LivCloud.Channel.Sessions;

/// <summary>What the channel logs. Ids 2000 to 2099 are the channel's.</summary>
internal static partial class ChannelLog
{
    [LoggerMessage(2001, LogLevel.Information, "Listening on {LocalEndPoint}")]
    public static partial void Listening(ILogger logger, System.Net.IPEndPoint localEndPoint);

    [LoggerMessage(2002, LogLevel.Information, "Session {Session} with {Peer} begins")]
    public static partial void SessionBegins(ILogger logger, Guid session, HostName peer);

    [LoggerMessage(2003, LogLevel.Information, "Session {Session} with {Peer} is over: {Reason}")]
    public static partial void SessionOver(ILogger logger, Guid session, HostName peer, string reason);

    [LoggerMessage(2004, LogLevel.Information, "Session {Session}: link {Slot} to {Peer} at {Address} is up ({Transport}, {Cipher})")]
    public static partial void LinkUp(ILogger logger, Guid session, byte slot, HostName peer, string address, string transport, string cipher);

    [LoggerMessage(2005, LogLevel.Information, "Session {Session}: link {Slot} to {Peer} is down: {Reason}")]
    public static partial void LinkDown(ILogger logger, Guid session, byte slot, HostName peer, string reason);

    [LoggerMessage(2006, LogLevel.Debug, "Session {Session}: {Peer} could not be dialed again: {Reason}")]
    public static partial void RedialFailed(ILogger logger, Guid session, HostName peer, string reason);

    [LoggerMessage(2007, LogLevel.Warning, "Refused a connection from {Address}: {Reason}")]
    public static partial void Untrusted(ILogger logger, string address, string reason);

    [LoggerMessage(2008, LogLevel.Debug, "A connection from {Address} came to nothing: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, string address, string reason);

    [LoggerMessage(2009, LogLevel.Debug, "Turned a connection from {Address} away: too many others are in their handshake")]
    public static partial void TooManyHalfOpen(ILogger logger, System.Net.IPEndPoint address);

    [LoggerMessage(2010, LogLevel.Error, "The stream {Target} from {Peer} was refused since deciding about it failed")]
    public static partial void AcceptFailed(ILogger logger, Exception exception, StreamTarget target, HostName peer);

    [LoggerMessage(2011, LogLevel.Error, "Accepting connections failed; trying again")]
    public static partial void ListenerFailed(ILogger logger, Exception exception);

    [LoggerMessage(2012, LogLevel.Error, "A handler of a channel event failed")]
    public static partial void HandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(2013, LogLevel.Error, "Session {Session}: dialing {Peer} again failed in a way that was not foreseen; trying again")]
    public static partial void RedialBroke(ILogger logger, Exception exception, Guid session, HostName peer);

    [LoggerMessage(2014, LogLevel.Error, "The handshake with {Address} failed in a way that was not foreseen")]
    public static partial void HandshakeBroke(ILogger logger, Exception exception, string address);

    [LoggerMessage(2015, LogLevel.Warning, "No port of UDP at {LocalEndPoint} ({Reason}); links are made over TCP only")]
    public static partial void NoUdp(ILogger logger, System.Net.IPEndPoint localEndPoint, string reason);

    [LoggerMessage(2016, LogLevel.Error, "The port of UDP failed; links are made over TCP only until the agent is started again")]
    public static partial void UdpFailed(ILogger logger, Exception exception);

    [LoggerMessage(2017, LogLevel.Information, "Session {Session}: packets to {Peer} are lost all the time; UDT carries {Udt}, TCP beside it {Tcp}")]
    public static partial void TriedTcp(ILogger logger, Guid session, HostName peer, Bandwidth udt, Bandwidth tcp);
}
