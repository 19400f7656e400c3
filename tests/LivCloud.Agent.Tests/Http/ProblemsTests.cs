using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LivCloud.Agent.Http;
using LivCloud.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace LivCloud.Agent.Tests.Http;

public sealed class ProblemsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Only_a_fault_of_ours_is_logged()
    {
        using var log = new Recorder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(_directory.File("agent.sock")));
        await using var app = builder.Build();
        app.UseProblems(log.CreateLogger("test"));
        app.MapGet("/user", string () => throw new FailureException(FailureCode.WrongPhase, "It is too late."));
        app.MapGet("/fault", string () => throw new InvalidOperationException("Two and two are five."));
        await app.StartAsync();
        using var client = Client();

        using var user = await client.GetAsync(new Uri("http://agent/user"));
        Assert.Equal(HttpStatusCode.Conflict, user.StatusCode);
        Assert.Contains("\"detail\":\"It is too late.\"", await user.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(log.Lines);

        using var fault = await client.GetAsync(new Uri("http://agent/fault"));
        Assert.Equal(HttpStatusCode.InternalServerError, fault.StatusCode);
        Assert.Equal("GET /fault failed", Assert.Single(log.Lines));
    }

    private HttpClient Client() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_directory.File("agent.sock")), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
