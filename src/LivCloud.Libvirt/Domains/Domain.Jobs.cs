using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class Domain
{
    private const uint CompletedStatistics = 1;   // VIR_DOMAIN_JOB_STATS_COMPLETED

    /// <summary>
    /// How far the running job is; of type <see cref="JobType.None"/> when there is none. It is answered during a migration too.
    /// </summary>
    public JobStatistics GetJobStatistics() => ReadJobStatistics(0);

    /// <summary>
    /// The figures of the last job that completed; of type <see cref="JobType.None"/> when there is none or they were asked for already.
    /// Of a migration the destination has them too. Prefer <see cref="LibvirtConnection.SubscribeJobCompleted"/>: a domain that is gone can
    /// not be asked.
    /// </summary>
    public JobStatistics GetCompletedJobStatistics() => ReadJobStatistics(CompletedStatistics);

    /// <summary>
    /// Asks the running job to end. A migration then fails with <see cref="LibvirtError.OperationAborted"/> and the guest goes on here.
    /// </summary>
    /// <exception cref="LibvirtException">
    /// <see cref="LibvirtError.OperationInvalid"/>: no job runs, or it is in post-copy and can not be aborted.
    /// </exception>
    public void AbortJob() => Check(LibVirt.virDomainAbortJob(_handle), "abort the job of");

    private JobStatistics ReadJobStatistics(uint flags)
    {
        var type = 0;
        nint parameters = 0;
        var count = 0;
        if (LibVirt.virDomainGetJobStats(_handle, ref type, ref parameters, ref count, flags) < 0)
        {
            throw Failed("read the job statistics of");
        }

        try
        {
            return new JobStatistics((JobType)type, TypedParameterValues.Copy(parameters, count));
        }
        finally
        {
            LibVirt.virTypedParamsFree(parameters, count);
        }
    }
}
