using LivCloud.Core;
using LivCloud.Migration.Destination;
using LivCloud.Migration.Tests.Planning;
using LivCloud.Migration.Vms;
using Microsoft.Extensions.Logging.Abstractions;

namespace LivCloud.Migration.Tests.Destination;

public sealed class ReservationDeskTests : IAsyncDisposable
{
    private static readonly HostName Home = HostName.Parse("home"), Other = HostName.Parse("other");
    private readonly FakeHost _host = new();
    private readonly ReservationDesk _desk;

    public ReservationDeskTests() =>
        _desk = new ReservationDesk(HostName.Parse("cloud"), _host, _host, _host, _host, TimeProvider.System, NullLogger<ReservationDesk>.Instance);

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task A_guest_that_never_ran_here_leaves_nothing()
    {
        var id = await PrepareAsync(Examples.Vm);

        Assert.False((await SettleAsync(id)).Runs);
        Assert.Empty(_host.Files);
        Assert.Equal(ReservationState.Cleared, _host[id].State);
    }

    [Fact]
    public async Task A_reservation_that_is_just_being_made_is_not_taken_for_one_that_nothing_was_heard_of()
    {
        using var clock = new FirstTimer();
        await using var desk = new ReservationDesk(HostName.Parse("cloud"), _host, _host, _host, _host, clock, NullLogger<ReservationDesk>.Instance);
        _host.Saved = () =>
        {
            // The agent has just started, and looks at what is open; then it waits for its timer.
            _host.Saved = () => { };
            desk.Start();
            Assert.True(clock.IsCreated.Wait(TimeSpan.FromSeconds(30)));
        };
        var request = Request(Examples.Vm);
        await desk.ReserveAsync(Home, request, CancellationToken.None);
        Assert.Equal(ReservationState.Reserved, _host[request.Id].State);
    }

    [Theory]
    [InlineData(VmState.Running)]
    [InlineData(VmState.Paused)]
    [InlineData(VmState.ShutOff)]
    [InlineData(VmState.Absent)]
    public async Task A_guest_that_libvirt_has_run_here_stays_whatever_its_users_did_with_it_since(VmState now)
    {
        var id = await PrepareAsync(Examples.Vm);
        _desk.OnGuestResumed(id);
        _host.State = now;

        Assert.True((await SettleAsync(id)).Runs);
        Assert.Equal(now, _host.State);
        Assert.Contains(Examples.DiskPath, _host.Files);
        Assert.Equal(ReservationState.Taken, _host[id].State);
    }

    [Theory]
    [InlineData(VmState.Running)]
    [InlineData(VmState.Paused)]
    [InlineData(VmState.ShutOff)]
    public async Task A_vm_of_the_same_UUID_is_neither_taken_for_the_guest_nor_touched_when_the_guest_can_not_have_run_here(VmState state)
    {
        var id = await PrepareAsync(Examples.Vm);
        (_host.State, _host.IsPausedByUser) = (state, true);

        Assert.False((await SettleAsync(id, mayRun: false)).Runs);
        Assert.Equal(state, _host.State);
        Assert.Contains(Examples.DiskPath, _host.Files);
        Assert.Equal(ReservationState.Cleared, _host[id].State);
    }

    [Fact]
    public async Task An_answer_of_libvirts_that_comes_while_the_relays_close_counts()
    {
        var id = await PrepareAsync(Examples.Vm);
        _host.Closing = () => _desk.OnGuestResumed(id);

        Assert.True((await SettleAsync(id)).Runs);
        Assert.Contains(Examples.DiskPath, _host.Files);
    }

    [Fact]
    public async Task The_source_hears_that_no_copy_is_here_although_an_image_can_not_be_removed_yet()
    {
        var id = await PrepareAsync(Examples.Vm);
        _host.IsReadOnly = true;

        Assert.False((await SettleAsync(id)).Runs);
        Assert.Equal(ReservationState.Clearing, _host[id].State);

        _host.IsReadOnly = false;
        Assert.False((await SettleAsync(id)).Runs);
        Assert.Empty(_host.Files);
        Assert.Equal(ReservationState.Cleared, _host[id].State);
    }

    [Fact]
    public async Task A_file_that_somebody_made_after_the_checks_is_neither_used_nor_removed()
    {
        var id = await ReserveAsync(Examples.Vm);
        _host.Files.Add(Examples.DiskPath);

        var failure = await Assert.ThrowsAsync<FailureException>(() => _desk.PrepareAsync(Home, id, CancellationToken.None));
        Assert.Equal(FailureCode.DiskPathUnusable, failure.Code);
        Assert.False((await SettleAsync(id)).Runs);
        Assert.Contains(Examples.DiskPath, _host.Files);
    }

    [Fact]
    public async Task A_path_is_promised_to_one_vm_only()
    {
        await ReserveAsync(Examples.Vm);
        var answer = await _desk.ReserveAsync(Other, Request(Examples.Vm with { Uuid = Guid.NewGuid(), Name = "other" }), CancellationToken.None);

        Assert.Equal(FailureCode.DiskPathUnusable, answer.Checks.Single(check => !check.Passed).Code);
    }

    [Fact]
    public async Task Another_hosts_vm_of_the_same_uuid_does_not_end_the_one_on_its_way()
    {
        var id = await PrepareAsync(Examples.Vm);

        var failure = await Assert.ThrowsAsync<FailureException>(() => _desk.ReserveAsync(Other, Request(Examples.Vm), CancellationToken.None));
        Assert.Equal(FailureCode.AlreadyMigrating, failure.Code);
        Assert.True(_desk.Admits(Home, id));
    }

    private async Task<MigrationId> PrepareAsync(VmFacts vm)
    {
        var id = await ReserveAsync(vm);
        await _desk.PrepareAsync(Home, id, CancellationToken.None);
        return id;
    }

    private async Task<MigrationId> ReserveAsync(VmFacts vm)
    {
        var request = Request(vm);
        Assert.All((await _desk.ReserveAsync(Home, request, CancellationToken.None)).Checks, check => Assert.True(check.Passed, check.Detail));
        return request.Id;
    }

    private static ReservationRequest Request(VmFacts vm) => new() { Id = MigrationId.Create(), Vm = vm, Storage = StorageMode.Auto, Probes = [] };

    private Task<SettlementAnswer> SettleAsync(MigrationId id, bool mayRun = true) =>
        _desk.SettleAsync(Home, id, Examples.Vm.Uuid, mayRun, CancellationToken.None);

    private sealed class FirstTimer : TimeProvider, IDisposable
    {
        public ManualResetEventSlim IsCreated { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            IsCreated.Set();
            return base.CreateTimer(callback, state, dueTime, period);
        }

        public void Dispose() => IsCreated.Dispose();
    }
}
