namespace LivCloud.Libvirt;

/// <summary>Something happened to a domain.</summary>
/// <param name="DomainName">The domain's name.</param>
/// <param name="DomainUuid">The domain's UUID.</param>
/// <param name="Event">What happened.</param>
/// <param name="Detail">How, or why; a value that is newer than this code has no name.</param>
public sealed record DomainLifecycle(string DomainName, Guid DomainUuid, LifecycleEvent Event, LifecycleDetail Detail);

/// <summary>A migration began another pass over memory.</summary>
/// <param name="DomainName">The domain's name.</param>
/// <param name="DomainUuid">The domain's UUID.</param>
/// <param name="Iteration">The pass; the first is 1.</param>
public sealed record DomainMigrationIteration(string DomainName, Guid DomainUuid, int Iteration);

/// <summary>A job completed, such as a migration; at the source it is told as the last figures.</summary>
/// <param name="DomainName">The domain's name.</param>
/// <param name="DomainUuid">The domain's UUID.</param>
/// <param name="Statistics">Its figures, of type <see cref="JobType.Completed"/>.</param>
public sealed record DomainJobCompleted(string DomainName, Guid DomainUuid, JobStatistics Statistics);
