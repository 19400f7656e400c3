using System.Threading.Tasks.Sources;

namespace LivCloud.Channel.Sessions;

/// <summary>A read or write of a stream that waits; used again and again, so that waiting does not allocate. The session's lock guards it.</summary>
internal sealed class PendingOperation : IValueTaskSource<int>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<int> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private int _isBusy;

    /// <summary>Whether it waits for data or room.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Where to put the bytes of a read.</summary>
    public Memory<byte> Destination { get; private set; }

    /// <summary>What a write has still to hand over.</summary>
    public ReadOnlyMemory<byte> Source { get; set; }

    public void BeginRead(Memory<byte> destination) => Begin(destination, default);

    public void BeginWrite(ReadOnlyMemory<byte> source) => Begin(default, source);

    /// <summary>Keeps the registration that cancels this operation until its result is taken. To be called before the task is handed out.</summary>
    public void KeepRegistration(CancellationTokenRegistration registration) => _registration = registration;

    public ValueTask<int> ReadTask => new(this, _source.Version);

    public ValueTask WriteTask => new(this, _source.Version);

    public void Complete(int count)
    {
        if (IsWaiting)
        {
            End();
            _source.SetResult(count);
        }
    }

    public void Fail(Exception exception)
    {
        if (IsWaiting)
        {
            End();
            _source.SetException(exception);
        }
    }

    /// <exception cref="InvalidOperationException">The operation before has not ended.</exception>
    public void ThrowIfBusy()
    {
        if (Volatile.Read(ref _isBusy) != 0)
        {
            throw new InvalidOperationException("A stream of the channel takes one read and one write at a time.");
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => TakeResult(token);

    void IValueTaskSource.GetResult(short token) => TakeResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Begin(Memory<byte> destination, ReadOnlyMemory<byte> source)
    {
        _source.Reset();
        (Destination, Source, IsWaiting) = (destination, source, true);
        Volatile.Write(ref _isBusy, 1);
    }

    private void End() => (Destination, Source, IsWaiting) = (default, default, false);

    private int TakeResult(short token)
    {
        try
        {
            _registration.Dispose();
            _registration = default;
            return _source.GetResult(token);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }
}
