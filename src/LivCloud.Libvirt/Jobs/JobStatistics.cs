using System.Diagnostics.CodeAnalysis;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>How far a job is, or how it went. Fields that libvirt does not report (yet) are 0.</summary>
/// <remarks>The fields are those of virDomainGetJobStats (VIR_DOMAIN_JOB_* of libvirt-domain.h); sizes are in bytes.</remarks>
public sealed class JobStatistics
{
    private readonly TypedParameterValues _values;

    internal JobStatistics(JobType type, TypedParameterValues values) => (Type, _values) = (type, values);

    /// <summary>Whether a job runs or how it ended.</summary>
    public JobType Type { get; }

    /// <summary>What the job does.</summary>
    public JobOperation Operation => (JobOperation)_values.Number("operation");

    /// <summary>Time since the job began.</summary>
    public TimeSpan TimeElapsed => Milliseconds("time_elapsed");

    /// <summary>
    /// Of a completed migration, how long the guest was paused; of a running one, the downtime QEMU expects. Null when not reported.
    /// </summary>
    public TimeSpan? Downtime => TryGet("downtime", out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>Time until data flowed.</summary>
    public TimeSpan SetupTime => Milliseconds("setup_time");

    /// <summary>Memory of the guest that is to be sent.</summary>
    public long MemoryTotal => _values.Number("memory_total");

    /// <summary>Memory sent so far, repeats included.</summary>
    public long MemoryProcessed => _values.Number("memory_processed");

    /// <summary>Memory yet to be sent in this pass.</summary>
    public long MemoryRemaining => _values.Number("memory_remaining");

    /// <summary>Bytes per second of memory.</summary>
    public long MemoryBps => _values.Number("memory_bps");

    /// <summary>Pages that the guest writes per second; 0 until the second pass, and it lags.</summary>
    public long MemoryDirtyRate => _values.Number("memory_dirty_rate");

    /// <summary>Bytes of a page; 0 when not reported.</summary>
    public long PageSize => _values.Number("memory_page_size");

    /// <summary>The pass over memory; the first is 1.</summary>
    public int Iteration => (int)_values.Number("memory_iteration");

    /// <summary>Bytes of disks that are to be copied.</summary>
    public long DiskTotal => _values.Number("disk_total");

    /// <summary>Bytes of disks copied so far.</summary>
    public long DiskProcessed => _values.Number("disk_processed");

    /// <summary>Bytes of disks yet to be copied.</summary>
    public long DiskRemaining => _values.Number("disk_remaining");

    /// <summary>Bytes per second of disks.</summary>
    public long DiskBps => _values.Number("disk_bps");

    /// <summary>How much auto-converge slows the guest's CPUs, in percent.</summary>
    public int AutoConvergeThrottlePercent => (int)_values.Number("auto_converge_throttle");

    /// <summary>Why a job failed, where libvirt says so; null otherwise.</summary>
    public string? ErrorMessage => TryGetText("errmsg", out var message) ? message : null;

    /// <summary>The names of all fields that libvirt reported.</summary>
    public IEnumerable<string> Fields => _values.Fields;

    /// <summary>A field by libvirt's name, such as "memory_normal_bytes".</summary>
    /// <returns>false when it was not reported, or is a text.</returns>
    public bool TryGet(string field, out long value) => _values.TryGet(field, out value);

    /// <summary>A text field by libvirt's name.</summary>
    /// <returns>false when it was not reported, or is a number.</returns>
    public bool TryGetText(string field, [NotNullWhen(true)] out string? value) => _values.TryGetText(field, out value);

    private TimeSpan Milliseconds(string field) => TimeSpan.FromMilliseconds(_values.Number(field));
}
