using System.Threading.Tasks.Sources;

namespace LivCloud.Transport.Sockets;

/// <summary>Wakes one waiter, without allocating. The owner's lock guards <see cref="Arm"/> and <see cref="Set"/>.</summary>
public sealed class AsyncSignal : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };

    /// <summary>Whether someone waits.</summary>
    public bool IsArmed { get; private set; }

    /// <summary>Begins to wait; to be awaited once, outside the lock.</summary>
    public ValueTask Arm()
    {
        _source.Reset();
        IsArmed = true;
        return new ValueTask(this, _source.Version);
    }

    /// <summary>Wakes the waiter, if there is one.</summary>
    public void Set()
    {
        if (IsArmed)
        {
            IsArmed = false;
            _source.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
