using LivCloud.Core;
using LivCloud.Libvirt.Emulators;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Ports;

namespace LivCloud.Agent.Hypervisor;

/// <summary>Fences a source copy by stopping its process.</summary>
internal sealed class EmulatorFence : IEmulatorFence
{
    /// <inheritdoc/>
    public void Raise(EmulatorIdentity emulator)
    {
        if (!Process(emulator).Stop())
        {
            throw new FailureException(FailureCode.HypervisorFailed, $"The emulator process {emulator.Pid} ended before the guest could change hands.");
        }
    }

    /// <inheritdoc/>
    public void Release(EmulatorIdentity emulator) => Process(emulator).Continue();

    /// <inheritdoc/>
    public void Kill(EmulatorIdentity emulator) => Process(emulator).Kill();

    /// <inheritdoc/>
    public EmulatorCondition Look(EmulatorIdentity emulator) => Process(emulator).State switch
    {
        EmulatorProcessState.Ended => EmulatorCondition.Gone,
        EmulatorProcessState.Alive => EmulatorCondition.Alive,
        EmulatorProcessState.Stopped => EmulatorCondition.Stopped,
    };

    private static EmulatorProcess Process(EmulatorIdentity emulator) => new(emulator.Pid, emulator.StartTicks, emulator.BootId);
}
