using System.Text.Json;
using LivCloud.Core;
using LivCloud.Migration.Destination;

namespace LivCloud.Agent.Journal;

/// <summary>Reservations in the agent's database.</summary>
/// <param name="database">The database.</param>
public sealed class ReservationJournal(JournalDatabase database) : IReservationJournal
{
    /// <inheritdoc/>
    public void Save(Reservation reservation) => database.Execute(
        "INSERT INTO reservations (id, open, document) VALUES ($id, $open, $document) ON CONFLICT (id) DO UPDATE SET open = $open, document = $document",
        ("$id", reservation.Id.ToString()),
        ("$open", reservation.IsOpen ? 1 : 0),
        ("$document", JsonSerializer.Serialize(reservation, AgentJson.Options)));

    /// <inheritdoc/>
    public Reservation? Find(MigrationId id) =>
        database.Query<Reservation>("SELECT document FROM reservations WHERE id = $id", ("$id", id.ToString())).FirstOrDefault();

    /// <inheritdoc/>
    public IReadOnlyList<Reservation> ListOpen() => database.Query<Reservation>("SELECT document FROM reservations WHERE open = 1");
}
