using System.Net;
using LivCloud.Channel.Protocol;
using LivCloud.Channel.Sessions;
using LivCloud.Channel.Tests.Support;
using LivCloud.Channel.Wire;
using LivCloud.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace LivCloud.Channel.Tests.Interop;

public sealed class RedialTests
{
    private static readonly HostName Cloud = HostName.Parse("cloud");

    [Fact]
    public async Task Dialing_goes_on_after_a_failure_that_nobody_foresaw()
    {
        var attempts = 0;
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = new TestHost("onprem", new TestAuthority(), []);
        var session = Session(host, () =>
        {
            if (++attempts == 1)
            {
                throw new ArithmeticException("The test wants it.");
            }

            again.TrySetResult();
        });
        var running = session.RunAsync();
        await again.Task.WaitAsync(TestHost.Patience);
        session.Finish(new SessionEnd(ChannelError.Closed, "The test is over.", CloseCode.Ended));
        await running.WaitAsync(TestHost.Patience);
    }

    private static ChannelSession Session(TestHost host, Action dial)
    {
        var authority = new TestAuthority();
        var options = new ChannelOptions
        {
            Name = host.Name,
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Certificate = authority.Issue("onprem"),
            Authority = authority.Certificate,
            Peers = new Dictionary<HostName, string> { [Cloud] = "" },
            MinRedialDelay = TimeSpan.FromMilliseconds(1),
        };
        return new ChannelSession(
            new SessionOrigin(Guid.NewGuid(), Cloud, Guid.NewGuid(), IsDialer: true, LinkTransport.Auto), options, host, DialAsync, TimeProvider.System, NullLogger.Instance);

        Task DialAsync(ChannelSession session, byte slot, LinkTransport transport, CancellationToken cancellationToken)
        {
            dial();
            throw new ChannelException(ChannelError.PeerUnreachable, "There is no peer in this test.");
        }
    }
}
