using System.Net.Sockets;
using LivCloud.Agent.Configuration;
using LivCloud.Agent.Http;
using LivCloud.Agent.Hypervisor;
using LivCloud.Agent.Journal;
using LivCloud.Agent.LinkTests;
using LivCloud.Agent.Peers;
using LivCloud.Agent.Relays;
using LivCloud.Agent.Storage;
using LivCloud.Api;
using LivCloud.Channel;
using LivCloud.Core;
using LivCloud.Migration.Destination;
using LivCloud.Migration.Source;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LivCloud.Agent;

/// <summary>The agent of one host: puts its parts together, runs them, ends them in order.</summary>
public static class AgentProcess
{
    private const UnixFileMode ApiSocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Runs an agent until it is told to stop.</summary>
    /// <param name="configurationPath">Path of agent.yaml.</param>
    /// <param name="cancellationToken">Stops it; so do SIGTERM and SIGINT.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="FailureException">It can not start: a sentence says why.</exception>
    public static async Task<int> RunAsync(string configurationPath, CancellationToken cancellationToken)
    {
        var options = AgentFile.Read(configurationPath);
        using var certificates = AgentCertificates.Load(options);
        using var alone = TakeLock(options);
        var clock = TimeProvider.System;
        using var database = JournalDatabase.Open(options.StateDirectory);
        using var libvirt = new LocalLibvirt(options.LibvirtUri);

        var peerApi = new PeerApiTransport();
        var builder = CreateBuilder(options, peerApi);
        var reservations = new ReservationJournal(database);
        var hypervisor = new LibvirtHypervisor(options.Name, libvirt, clock);
        var storage = new LibvirtStorage(libvirt);
        var users = new TrustedUsers(libvirt);
        var relays = new InboundRelays(options, users);
        var dispatch = new StreamDispatch(options, peerApi, relays, new LinkTestSink(clock));
        var app = builder.Build();
        await using (app.ConfigureAwait(false))
        {
            var loggers = app.Services.GetRequiredService<ILoggerFactory>();
            var log = loggers.CreateLogger("LivCloud.Agent");
            foreach (var concern in certificates.Concerns())
            {
                AgentLog.Concern(log, concern);
            }

            var desk = new ReservationDesk(options.Name, hypervisor, storage, reservations, relays, clock, loggers.CreateLogger<ReservationDesk>());
            var endpoint = new ChannelEndpoint(ChannelOptions(options, certificates), dispatch, clock, loggers);
            var peers = new PeerChannels(options, endpoint, users, clock);
            var engine = new MigrationEngine(new EnginePorts
            {
                Self = options.Name,
                Journal = new MigrationJournal(database),
                Hypervisor = hypervisor,
                Gauge = new VmGauge(libvirt, clock),
                Storage = storage,
                Fence = new EmulatorFence(),
                Channels = peers,
                Clock = clock,
                Log = loggers.CreateLogger<MigrationEngine>(),
            });
            await using (desk.ConfigureAwait(false))
            await using (endpoint.ConfigureAwait(false))
            await using (engine.ConfigureAwait(false))
            {
                dispatch.Desk = desk;
                relays.StreamsLost = desk.OnStreamsLost;
                relays.GuestResumed = desk.OnGuestResumed;
                var host = new HostReader(options.Name, libvirt, () => reservations.ListOpen().Where(open => open.HoldsMemory).Sum(open => open.Vm.MemoryBytes));
                app.UseProblems(log);
                app.MapOpenApi();
                app.MapHostRoutes(options, host, peers, engine, clock);
                app.MapConnectRoute(options, peers);
                app.MapLinkTestRoute(options, new LinkTester(peers, clock));
                app.MapMigrationRoutes(engine, options.Name);
                app.MapPeerRoutes(desk, host);

                // The engine lists what is open before anybody can ask for more: it would take up again what was only just begun. The channel is
                // its way to other agents; requests of theirs wait for the HTTP server.
                desk.Start();
                Listen(endpoint, options);
                engine.Start();
                await ServeAsync(app, options, cancellationToken).ConfigureAwait(false);
                var warming = WarmAsync(host, log, cancellationToken);
                AgentLog.Started(log, options.Name, HostReader.Version, endpoint.LocalEndPoint.ToString(), options.ApiSocket);

                // At once: whoever watches a migration holds the HTTP server's own end up, and its watch ends with the migration.
                using var stopping = app.Lifetime.ApplicationStopping.Register(engine.Stop);
                await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
                await warming.ConfigureAwait(false);
                AgentLog.Ending(log, options.Name);
            }
        }

        return ExitCode.Success;
    }

    /// <summary>Begins to listen for other agents.</summary>
    private static void Listen(ChannelEndpoint endpoint, AgentOptions options)
    {
        try
        {
            endpoint.Start();
        }
        catch (ChannelException exception)
        {
            throw new FailureException(
                FailureCode.InvalidRequest, $"The agent of {options.Name} can not start: {exception.Message}",
                $"`ss -tlnp sport = :{options.Listen.Port}` shows who has the port; `listen` in agent.yaml sets another.", exception);
        }
    }

    /// <summary>Begins to serve the API.</summary>
    private static async Task ServeAsync(WebApplication app, AgentOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            File.SetUnixFileMode(options.ApiSocket, ApiSocketMode);
        }
        catch (Exception exception) when (exception is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new FailureException(
                FailureCode.InvalidRequest,
                $"The agent of {options.Name} can not start because it can not listen on {options.ApiSocket}: {exception.Message.TrimEnd('.')}.",
                "See that its directory is writable (run as root) and that no other agent runs with it.", exception);
        }
    }

    /// <summary>Asks libvirt once for what it offers: a daemon that has just started takes seconds to find out, and no migration should wait for it.</summary>
    private static async Task WarmAsync(HostReader host, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            await host.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever it is, also a library that is not installed, the next request of libvirt meets it too; nobody awaits this before the end.
            AgentLog.LibvirtNotReady(log, exception.Message);
        }
    }

    private static WebApplicationBuilder CreateBuilder(AgentOptions options, PeerApiTransport peerApi)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // A connection of another agent that breaks is told by the channel; Kestrel would tell it again.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        builder.Services.AddOpenApi();
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.AddSingleton<IConnectionListenerFactory>(peerApi);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenUnixSocket(options.ApiSocket);
            kestrel.Listen(peerApi.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder;
    }

    private static ChannelOptions ChannelOptions(AgentOptions options, AgentCertificates certificates) => new()
    {
        Name = options.Name,
        Listen = options.Listen,
        Certificate = certificates.Own,
        Authority = certificates.Authority,
        Peers = options.Peers,
        HoldTime = options.HoldTime,
        LinksPerSession = options.Links,
        Transport = options.Transport,
        CongestionControl = options.CongestionControl,
    };

    /// <summary>Sees to it that one agent runs with this state, and clears the socket that a killed one left.</summary>
    private static FileStream TakeLock(AgentOptions options)
    {
        try
        {
            Directory.CreateDirectory(options.StateDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(options.RunDirectory);
            var held = new FileStream(Path.Combine(options.StateDirectory, "agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.Delete(options.ApiSocket);
            MigrationDirectory.RemoveAll(options);
            return held;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(
                FailureCode.JournalUnwritable, $"The agent of {options.Name} can not start because {options.StateDirectory} can not be used: {exception.Message.TrimEnd('.')}.",
                "See whether another agent runs with it, and that it is writable (run as root).", exception);
        }
    }
}
