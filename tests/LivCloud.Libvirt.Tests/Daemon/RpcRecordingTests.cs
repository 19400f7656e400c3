using LivCloud.Libvirt.Rpc;

namespace LivCloud.Libvirt.Tests.Daemon;

/// <summary>The framing, read from what a real client and a real daemon say to each other.</summary>
[Collection(HostsDefinition.Name)]
public sealed class RpcRecordingTests(Hosts hosts)
{
    private const int AuthenticationList = 66;   // REMOTE_PROC_AUTH_LIST, which a client calls first
    private const int LibraryVersion = 157;      // REMOTE_PROC_CONNECT_GET_LIB_VERSION

    [Fact]
    public async Task Every_byte_between_client_and_daemon_belongs_to_a_message()
    {
        var path = Path.Combine(hosts.Source.Directory, "recorded.sock");
        var relay = new RecordingRelay(path, hosts.Source.SocketPath);
        await using (relay)
        {
            using var connection = LibvirtConnection.Open(PrivateDaemon.UriFor(path));
            Assert.True(connection.LibraryVersion.Major >= 9);
            _ = connection.GetCapabilities();
            Assert.Null(connection.FindDomain("nobody"));
        }

        var recording = Assert.Single(relay.Recordings);
        var calls = RecordedFrames.Split(recording.Sent);
        var replies = RecordedFrames.Split(recording.Received);
        Assert.Equal(AuthenticationList, calls[0].Header.Procedure);
        Assert.Contains(calls, frame => frame.Header.Procedure == LibraryVersion);
        Assert.All(calls, call => Assert.Equal(1u, call.Header.Version));

        foreach (var call in calls.Where(frame => frame.Header is { Program: RpcProgram.Remote, Type: RpcMessageType.Call }))
        {
            var reply = Assert.Single(replies, frame => RpcFrames.IsReplyTo(frame.Header, call.Header.Serial));
            Assert.Equal(call.Header.Procedure, reply.Header.Procedure);
            var isLookup = call.Header.Procedure == 23;   // REMOTE_PROC_DOMAIN_LOOKUP_BY_NAME
            Assert.Equal(isLookup ? RpcMessageStatus.Error : RpcMessageStatus.Ok, reply.Header.Status);
        }
    }
}
