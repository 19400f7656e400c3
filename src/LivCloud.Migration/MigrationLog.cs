using LivCloud.Core;
using LivCloud.Migration.Destination;
using LivCloud.Migration.Steering;
using Microsoft.Extensions.Logging;

namespace LivCloud.Migration;

/// <summary>What the engine logs. Ids 1000 to 1999; an id is never used again.</summary>
internal static partial class MigrationLog
{
    [LoggerMessage(1001, LogLevel.Information, "Migration {Id} of {Vm} to {Destination}: {Phase}")]
    public static partial void Entered(ILogger log, MigrationId id, string vm, HostName destination, MigrationPhase phase);

    [LoggerMessage(1002, LogLevel.Warning, "Migration {Id} failed in {Phase}: {Reason}")]
    public static partial void Failed(ILogger log, MigrationId id, MigrationPhase phase, string reason);

    [LoggerMessage(1003, LogLevel.Information, "Migration {Id}: source process {Pid} is fenced, the destination is told to run the guest")]
    public static partial void Fenced(ILogger log, MigrationId id, int pid);

    [LoggerMessage(1004, LogLevel.Warning, "Migration {Id}: the destination does not answer; the source copy stays fenced")]
    public static partial void Stranded(ILogger log, MigrationId id);

    [LoggerMessage(1005, LogLevel.Information, "Migration {Id} was open when the agent ended in {Phase}; it is settled now")]
    public static partial void Recovering(ILogger log, MigrationId id, MigrationPhase phase);

    [LoggerMessage(1006, LogLevel.Warning, "Migration {Id}: the journal could not be written; it is tried again")]
    public static partial void JournalFailed(ILogger log, Exception exception, MigrationId id);

    [LoggerMessage(1007, LogLevel.Warning, "Migration {Id}: what follows completion at the source failed and is tried again when the agent starts")]
    public static partial void CleanupFailed(ILogger log, Exception exception, MigrationId id);

    [LoggerMessage(1008, LogLevel.Error, "Migration {Id} met a fault; it is settled in a moment")]
    public static partial void Faulted(ILogger log, Exception exception, MigrationId id);

    [LoggerMessage(1009, LogLevel.Debug, "Migration {Id}: {What} failed while settling")]
    public static partial void SettlementCallFailed(ILogger log, Exception exception, MigrationId id, string what);

    [LoggerMessage(1010, LogLevel.Error, "Migration {Id}: a fault ended the move; it is settled now")]
    public static partial void MoveFaulted(ILogger log, Exception exception, MigrationId id);

    [LoggerMessage(1011, LogLevel.Debug, "Migration {Id}: libvirt's Finish call was answered: {Succeeded}")]
    public static partial void FinishAnswered(ILogger log, MigrationId id, bool succeeded);

    [LoggerMessage(1019, LogLevel.Warning, "What migration {Id} will take could not be said")]
    public static partial void NotForeseen(ILogger log, Exception exception, MigrationId id);

    [LoggerMessage(1025, LogLevel.Information, "Migration {Id}: {Step}, since {Reason}")]
    public static partial void Steered(ILogger log, MigrationId id, SteeringStep step, string reason);

    [LoggerMessage(1026, LogLevel.Warning, "Migration {Id}: {Step} failed")]
    public static partial void SteeringFailed(ILogger log, Exception exception, MigrationId id, SteeringStep step);

    [LoggerMessage(1020, LogLevel.Information, "Reservation {Id}: {Vm} from {Source}")]
    public static partial void Reserved(ILogger log, MigrationId id, string vm, HostName source);

    [LoggerMessage(1021, LogLevel.Information, "Reservation {Id} of {Vm} settled: {State}")]
    public static partial void Settled(ILogger log, MigrationId id, string vm, ReservationState state);

    [LoggerMessage(1023, LogLevel.Error, "The lease watch met a fault; it goes on")]
    public static partial void LeaseWatchFaulted(ILogger log, Exception exception);

    [LoggerMessage(1024, LogLevel.Warning, "Reservation {Id}: a VM of the UUID of {Vm} was started here by somebody else; it is left alone, and so are the images that were made: {Images}")]
    public static partial void ForeignVm(ILogger log, MigrationId id, string vm, string images);

    [LoggerMessage(1022, LogLevel.Warning, "Reservation {Id} could not be settled; it is tried again")]
    public static partial void SettlingFailed(ILogger log, Exception exception, MigrationId id);
}
