using LivCloud.Migration.Journal;

namespace LivCloud.Migration.Ports;

/// <summary>Keeps the source's emulator process from running, whatever libvirt asks of it, until it is known that no other copy runs.</summary>
/// <remarks>
/// It stops the process (SIGSTOP): the kernel remembers that even when the agent and libvirtd are killed, and a monitor command such as
/// "cont" waits until it is released. The guest is already paused by then, so the fence costs no downtime.
/// </remarks>
public interface IEmulatorFence
{
    /// <summary>Stops the process.</summary>
    /// <exception cref="LivCloud.Core.FailureException">It is gone or can not be signalled.</exception>
    void Raise(EmulatorIdentity emulator);

    /// <summary>Lets it run again; does nothing when it is gone.</summary>
    void Release(EmulatorIdentity emulator);

    /// <summary>Ends it for good; does nothing when it is gone.</summary>
    void Kill(EmulatorIdentity emulator);

    /// <summary>What the process does.</summary>
    EmulatorCondition Look(EmulatorIdentity emulator);
}

/// <summary>What an emulator process does.</summary>
public enum EmulatorCondition
{
    /// <summary>It has ended, or the host was booted since.</summary>
    Gone,

    /// <summary>It runs.</summary>
    Alive,

    /// <summary>It is stopped.</summary>
    Stopped,
}
