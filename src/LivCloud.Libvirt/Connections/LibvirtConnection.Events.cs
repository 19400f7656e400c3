namespace LivCloud.Libvirt;

/// <remarks>
/// Event handlers run one after the other on libvirt's event thread, which also serves keepalive and all other connections of the process.
/// They must be quick and must not call libvirt, nor wait for anything that does: hand the event to a channel or a task. An event may still
/// come while its subscription is being disposed of.
/// </remarks>
public sealed partial class LibvirtConnection
{
    private readonly EventSource<DomainLifecycle> _lifecycle;
    private readonly EventSource<DomainMigrationIteration> _migrationIteration;
    private readonly EventSource<DomainJobCompleted> _jobCompleted;
    private Action<Exception>? _handlerFailed;

    /// <summary>Told, on the event thread, of each exception that an event handler let out; without it such exceptions are lost.</summary>
    public Action<Exception>? HandlerFailed
    {
        get => Volatile.Read(ref _handlerFailed);
        set => Volatile.Write(ref _handlerFailed, value);
    }

    /// <summary>Tells of every start, stop, pause and the like of any domain, until the result is disposed of.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public IDisposable SubscribeLifecycle(Action<DomainLifecycle> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _lifecycle.Subscribe(handler);
    }

    /// <summary>Tells of each pass over memory of any migration out of this host, until the result is disposed of.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public IDisposable SubscribeMigrationIteration(Action<DomainMigrationIteration> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _migrationIteration.Subscribe(handler);
    }

    /// <summary>Tells of each job that completed, with its figures, until the result is disposed of.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public IDisposable SubscribeJobCompleted(Action<DomainJobCompleted> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _jobCompleted.Subscribe(handler);
    }

    internal void ReportHandlerFailure(Exception exception)
    {
        try
        {
            HandlerFailed?.Invoke(exception);
        }
        catch (Exception)
        {
            // It is called from libvirt's C code, which no exception may reach, and there is nobody left to tell.
        }
    }
}
