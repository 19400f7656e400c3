using System.Collections.Concurrent;
using LivCloud.Libvirt;
using LivCloud.Libvirt.Emulators;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;
using LivCloud.Prediction.Measuring;

namespace LivCloud.Agent.Hypervisor;

/// <summary>Measures VMs of this host from outside: some pages of their memory, looked at several times, and libvirt's counters of their disks.</summary>
/// <remarks>
/// Libvirt's own calculation of dirty rates answers in whole MiB per second, of 512 pages for each GiB: in a second, a guest of 256 MiB writes
/// 2 MiB or nothing. It also waits for libvirt's job lock, and logging all writes slows a guest. Reading pages does none of that.
/// </remarks>
/// <param name="libvirt">The local libvirt.</param>
/// <param name="clock">The clock.</param>
internal sealed class VmGauge(LocalLibvirt libvirt, TimeProvider clock) : IVmGauge
{
    /// <summary>How many pages are looked at: 16 MiB, which takes some milliseconds each time, and half of it for a short look.</summary>
    private const int Pages = 4096;

    private static readonly TimeSpan ShortLook = TimeSpan.FromSeconds(1);

    /// <summary>For how long a measurement is as good as a new one.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(2);

    /// <summary>When pages are looked at again, after the first look.</summary>
    private static readonly TimeSpan[] Looks = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)];

    private readonly ConcurrentDictionary<Guid, (VmLoad Load, TimeSpan Length, long At)> _latest = new();

    /// <inheritdoc/>
    public async Task<VmLoad?> MeasureAsync(VmFacts vm, TimeSpan length, CancellationToken cancellationToken)
    {
        if (_latest.TryGetValue(vm.Uuid, out var latest) && latest.Length >= length && clock.GetElapsedTime(latest.At) < Freshness)
        {
            return latest.Load;
        }

        using var memory = EmulatorProcess.Find(LibvirtHypervisor.EmulatorStateDirectory, vm.Name) is { } emulator ? GuestMemory.Open(emulator, vm.MemoryBytes) : null;
        var offsets = memory is null ? [] : Choose(memory.Length, length > ShortLook ? Pages : Pages / 2);
        var pages = new byte[offsets.Length * PageSample.PageBytes];
        if (memory is null || !TryRead(memory, offsets, pages))
        {
            return null;
        }

        var begun = clock.GetTimestamp();
        var before = await ActivityAsync(vm.Uuid, cancellationToken).ConfigureAwait(false);
        var sample = new PageSample(pages);
        foreach (var look in Looks.Where(look => look <= length))
        {
            await Task.Delay(Later(look - clock.GetElapsedTime(begun)), clock, cancellationToken).ConfigureAwait(false);
            if (!sample.TryLook((page, contents) => memory.TryRead(offsets[page], contents), clock.GetElapsedTime(begun)))
            {
                return null;
            }
        }

        var seconds = clock.GetElapsedTime(begun).TotalSeconds;
        var after = await ActivityAsync(vm.Uuid, cancellationToken).ConfigureAwait(false);
        var load = new VmLoad
        {
            At = clock.GetUtcNow(),
            Dirty = [.. sample.DirtySamples(vm.MemoryBytes)],
            ZeroShare = sample.ZeroShare,
            CompressedShare = sample.CompressedShare(),
            AgainShare = sample.AgainShare,
            DiskBytesPerSecond = (after.DiskWrittenBytes - before.DiskWrittenBytes) / seconds,
            BusyShare = after.Vcpus == 0 ? null : (after.VcpuTime - before.VcpuTime)?.TotalSeconds / seconds / after.Vcpus,
        };
        Forget();
        _latest[vm.Uuid] = (load, length, clock.GetTimestamp());
        return load;
    }

    /// <summary>Lets go of what is too old to be used, also of VMs that are gone.</summary>
    private void Forget()
    {
        foreach (var old in _latest.Where(one => clock.GetElapsedTime(one.Value.At) >= Freshness))
        {
            _latest.TryRemove(old);
        }
    }

    private static TimeSpan Later(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;

    /// <summary>A page of each of as many equal stretches, at random: even a small working set is hit in proportion.</summary>
    private static long[] Choose(long memoryBytes, int most)
    {
        var pages = memoryBytes / PageSample.PageBytes;
        var count = (int)Math.Min(most, pages);
        return [.. Enumerable.Range(0, count).Select(number => (((long)number * pages / count) + Random.Shared.NextInt64(Math.Max(1, pages / count))) * PageSample.PageBytes)];
    }

    private static bool TryRead(GuestMemory memory, long[] offsets, byte[] pages)
    {
        for (var number = 0; number < offsets.Length; number++)
        {
            if (!memory.TryRead(offsets[number], pages.AsSpan(number * PageSample.PageBytes, PageSample.PageBytes)))
            {
                return false;
            }
        }

        return true;
    }

    private Task<GuestActivity> ActivityAsync(Guid vm, CancellationToken cancellationToken) =>
        libvirt.UseDomainAsync(vm, default(GuestActivity), domain => domain.GetActivity(), cancellationToken);
}
