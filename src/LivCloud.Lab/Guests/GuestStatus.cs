namespace LivCloud.Lab.Guests;

/// <summary>What the program in a guest tells about itself.</summary>
/// <param name="Run">Differs for each boot.</param>
/// <param name="UptimeMs">The guest's monotonic clock, in milliseconds.</param>
/// <param name="Disk">"none", "writing" or "full".</param>
/// <param name="DurableRecords">Records that are on the disk for certain.</param>
/// <param name="DiskErrors">Writes that failed and were tried again.</param>
/// <param name="DirtiedPages">4 KiB pages rewritten since the start.</param>
/// <param name="EchoedProbes">UDP probes answered since the start.</param>
public sealed record GuestStatus(ulong Run, long UptimeMs, string Disk, long DurableRecords, long DiskErrors, long DirtiedPages, long EchoedProbes);
