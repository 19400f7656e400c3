using System.Text;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Measuring;
using LivCloud.Lab.Networks;

namespace LivCloud.Lab.Tests;

public sealed class MeasuringTests
{
    [Fact]
    public void The_longest_gap_is_between_two_answers_or_at_either_end()
    {
        var meter = new GapMeter(100);
        foreach (var heard in new long[] { 110, 120, 190, 200 })
        {
            meter.Heard(heard);
        }

        Assert.Equal((70, 20), (meter.LongestNanoseconds, meter.LongestAtNanoseconds));
        meter.Heard(300);   // the window's end after a silence
        Assert.Equal((100, 100), (meter.LongestNanoseconds, meter.LongestAtNanoseconds));
    }

    [Fact]
    public void A_pause_is_told_by_the_guests_clock_whatever_path_the_answers_take()
    {
        var meter = new PauseMeter();
        Answers(from: 0, until: 1800, roundTrip: 1, pausedFor: 0);
        Answers(from: 2200, until: 3400, roundTrip: 51, pausedFor: 320);   // the path is another one, and 80 ms of answers are lost
        Assert.Equal(320, meter.LongestNanoseconds / 1e6, 1e-3);
        Answers(from: 3500, until: 5000, roundTrip: 1, pausedFor: 330);
        Assert.Equal(320, meter.LongestNanoseconds / 1e6, 1e-3);

        void Answers(int from, int until, int roundTrip, int pausedFor)
        {
            for (var sent = from; sent < until; sent++)
            {
                var late = sent % 7;   // waits on the way to the guest; the quickest answer of a while counts
                var read = (sent + late + (roundTrip / 2.0) - pausedFor) * 1e6;
                meter.Answered(sent * 1_000_000L, (sent + late + roundTrip) * 1_000_000L, (long)read);
            }
        }
    }

    [Fact]
    public void The_records_checksum_is_that_of_ieee_802_3() => Assert.Equal(0xcbf43926, DiskRecord.Crc32(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void A_record_with_any_byte_changed_is_refused()
    {
        var bytes = new byte[DiskRecord.Bytes];
        "LIVCREC1"u8.CopyTo(bytes);
        bytes[16] = 42;
        BitConverter.TryWriteBytes(bytes.AsSpan(DiskRecord.Bytes - 4), DiskRecord.Crc32(bytes.AsSpan(0, DiskRecord.Bytes - 4)));
        Assert.True(DiskRecord.TryRead(bytes, out var record));
        Assert.Equal(42UL, record.Number);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.False(DiskRecord.TryRead(bytes, out _), $"byte {i}");
            bytes[i] ^= 1;
        }
    }

    [Theory]
    [InlineData("demo", true)]
    [InlineData("demo-2", true)]
    [InlineData("a--b", false)]
    [InlineData("a-", false)]
    [InlineData("", false)]
    [InlineData("../x", false)]
    [InlineData("Demo", false)]
    [InlineData("demo.x", false)]
    [InlineData("abcdefghijklmnopqrstu", false)]
    public void A_labs_name_can_not_leave_its_directory_or_be_the_start_of_anothers(string name, bool isName)
    {
        if (isName)
        {
            Assert.Equal(name, LabNames.Of(name).Lab);
        }
        else
        {
            Assert.Throws<LabException>(() => LabNames.Of(name));
        }
    }
}
