using LivCloud.Core;

namespace LivCloud.Migration.Destination;

/// <summary>The reservations of this host. Every write is on the disk when the call returns.</summary>
public interface IReservationJournal
{
    /// <summary>Adds or replaces a reservation.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.JournalUnwritable"/>.</exception>
    void Save(Reservation reservation);

    /// <summary>The reservation of a migration; null when there is none.</summary>
    Reservation? Find(MigrationId id);

    /// <summary>Those that are <see cref="Reservation.IsOpen"/>.</summary>
    IReadOnlyList<Reservation> ListOpen();
}
