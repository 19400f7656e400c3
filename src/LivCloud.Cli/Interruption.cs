using System.Runtime.InteropServices;

namespace LivCloud.Cli;

/// <summary>The user's Ctrl-C (or a SIGTERM or SIGHUP): the first asks for an orderly end, the second for the end now.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken First => _first.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Second => _second.Token;

    /// <summary>Follows this process's signals until it is disposed of.</summary>
    public static Interruption OfThisProcess()
    {
        var interruption = new Interruption();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            interruption._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                interruption.Raise();
            }));
        }

        return interruption;
    }

    /// <summary>Does what a signal does.</summary>
    public void Raise() => (_first.IsCancellationRequested ? _second : _first).Cancel();

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _first.Dispose();
        _second.Dispose();
    }
}
