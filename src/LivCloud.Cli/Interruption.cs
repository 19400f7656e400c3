using System.Runtime.InteropServices;

namespace LivCloud.Cli;

/// <summary>The user's Ctrl-C (or a SIGTERM): the first asks for an orderly end, the second for the end now; and a SIGHUP, which decides nothing.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();
    private readonly CancellationTokenSource _leave = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>The first signal; null before it.</summary>
    public PosixSignal? FirstSignal { get; private set; }

    /// <summary>Cancelled by the first signal, when <see cref="FirstSignal"/> tells which.</summary>
    public CancellationToken First => _first.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Second => _second.Token;

    /// <summary>Cancelled when the command is to end and to leave to the agent what it started: by the second signal, and by a hangup.</summary>
    /// <remarks>A hangup cancels this before <see cref="First"/>: whoever sees the first signal can tell by this that nobody asked for an abort.</remarks>
    public CancellationToken Leave => _leave.Token;

    /// <summary>Follows this process's signals until it is disposed of.</summary>
    public static Interruption OfThisProcess()
    {
        var interruption = new Interruption();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            interruption._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                try
                {
                    interruption.Raise(context.Signal);
                }
                catch (ObjectDisposedException)
                {
                    // The command ended meanwhile.
                }
            }));
        }

        return interruption;
    }

    /// <summary>Does what a signal does.</summary>
    public void Raise(PosixSignal signal = PosixSignal.SIGINT)
    {
        var isSecond = _first.IsCancellationRequested;
        if (isSecond || signal == PosixSignal.SIGHUP)
        {
            _leave.Cancel();
        }

        FirstSignal ??= signal;
        (isSecond ? _second : _first).Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _first.Dispose();
        _second.Dispose();
        _leave.Dispose();
    }
}
