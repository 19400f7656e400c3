namespace LivCloud.Agent.Relays.Disks;

/// <summary>Tells those who wait that something has changed, so that they look again. The owner calls it under its lock.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    /// <summary>Ends with the next change; with an <see cref="IOException"/> when none will come any more.</summary>
    public Task Next()
    {
        if (!_closed && _next.Task.IsCompleted)
        {
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return _next.Task;
    }

    /// <summary>Something has changed.</summary>
    public void Set() => _next.TrySetResult();

    /// <summary>Nothing will change any more.</summary>
    public void Close()
    {
        _ = Next();
        _closed = true;
        _next.TrySetException(new IOException("The disk's server has closed before it had answered all."));
        _ = _next.Task.Exception;
    }
}
