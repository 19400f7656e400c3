using LivCloud.Core;
using LivCloud.Libvirt;

namespace LivCloud.Agent.Hypervisor;

/// <summary>The connection to the local libvirt daemon: made when first used, made anew when the daemon was restarted.</summary>
/// <param name="uri">The daemon's URI.</param>
public sealed class LocalLibvirt(string uri) : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private LibvirtConnection? _connection;

    /// <summary>A connection that was alive a moment ago.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.HypervisorUnreachable"/>.</exception>
    public async Task<LibvirtConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _connection) is { Closed.IsCancellationRequested: false } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_connection is { Closed.IsCancellationRequested: false } opened)
            {
                return opened;
            }

            // The old connection is not disposed here: a migration's thread may still be in a call on it. Its handles are released with it.
            var connection = await Task.Run(() => LibvirtConnection.Open(uri), cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _connection, connection);
            return connection;
        }
        catch (LibvirtException exception)
        {
            throw new FailureException(
                FailureCode.HypervisorUnreachable, $"Libvirt does not answer at {uri}: {exception.NativeMessage.TrimEnd('.')}.",
                "Check that libvirtd (or virtqemud) runs on this host.", exception);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Makes calls on a connection, away from the caller's thread, since they block.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.HypervisorUnreachable"/>, <see cref="FailureCode.HypervisorFailed"/>.</exception>
    public async Task<T> UseAsync<T>(Func<LibvirtConnection, T> calls, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => calls(connection), cancellationToken).ConfigureAwait(false);
        }
        catch (LibvirtException exception)
        {
            throw Translate(exception);
        }
    }

    /// <summary>Makes calls on a domain; <paramref name="absent"/> is the result when this host does not have it.</summary>
    public Task<T> UseDomainAsync<T>(Guid vm, T absent, Func<Domain, T> calls, CancellationToken cancellationToken) => UseAsync(
        connection =>
        {
            using var domain = connection.FindDomain(vm);
            try
            {
                return domain is null ? absent : calls(domain);
            }
            catch (LibvirtException exception) when (exception.Error == LibvirtError.NoDomain)
            {
                return absent;
            }
        },
        cancellationToken);

    /// <summary>The one place where an error of libvirt's becomes one of ours.</summary>
    public static FailureException Translate(LibvirtException exception) => exception.IsTransient
        ? new FailureException(FailureCode.HypervisorUnreachable, $"{exception.Message.TrimEnd('.')}.", "Check that libvirtd (or virtqemud) runs on this host.", exception)
        : new FailureException(FailureCode.HypervisorFailed, $"{exception.Message.TrimEnd('.')}.", "The log of libvirtd on both hosts has the details.", exception);

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection?.Dispose();
        _opening.Dispose();
    }
}
