using System.Net;
using System.Net.Sockets;
using LivCloud.Core;

namespace LivCloud.Api;

public sealed partial class AgentClient
{
    /// <summary>What the connection to a host's libvirt is upgraded to (RFC 9110 §7.8).</summary>
    public const string LibvirtUpgrade = "livcloud-libvirt";

    /// <summary>Opens a connection to the libvirt daemon of a host; its bytes are libvirt's own protocol.</summary>
    public async Task<UpgradedStream> ConnectToHostAsync(HostName host, CancellationToken cancellationToken = default)
    {
        Socket? socket = null;
        HttpResponseMessage? response = null;
        HttpClient? http = CreateHttp(async (_, connecting) => new NetworkStream(socket = await ConnectSocketAsync(connecting), ownsSocket: false));
        try
        {
            var request = CreateRequest(HttpMethod.Post, $"/v1/hosts/{host}/connect", body: null);
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd(LibvirtUpgrade);
            response = await SendAsync(http, request, $"connect to {host}", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols || socket is null)
            {
                throw new FailureException(
                    FailureCode.Internal,
                    $"Could not connect to {host}: the agent answered {(int)response.StatusCode} instead of switching protocols.",
                    "Use the same version of livcloud here and for the agent.");
            }

            var stream = new UpgradedStream(response, await response.Content.ReadAsStreamAsync(cancellationToken), socket, http);
            (response, socket, http) = (null, null, null);
            return stream;
        }
        finally
        {
            response?.Dispose();
            socket?.Dispose();
            http?.Dispose();
        }
    }
}
