using System.Text.Json;

namespace Dag.Host.Tests.Cli;

/// <summary>The real service, while somebody sets the clock of the machine.</summary>
public sealed class ClockJumpTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2027, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_clock_that_jumps_an_hour_forward_and_back_neither_loses_nor_repeats_a_timer()
    {
        Assert.SkipWhen(FakedClock.Library is null, "Needs libfaketime: apt-get install faketime.");
        var clock = new FakedClock(_folder.Path, s_start);
        using var service = await ServedFolder.StartAsync(Path.Combine(_folder.Path, "data"), clock.Environment);
        await service.PublishAsync(FlowJson.Sequence("waits", FlowJson.Delay("d", "01:00:00"), FlowJson.WriteLine("w", "woke")));
        await service.PublishAsync(FlowJson.Sequence("hourly", FlowJson.Cron("c", "0 30 * * * *"), FlowJson.WriteLine("w", "tick")));
        var waiting = await service.StartRunAsync("waits");

        await SetAsync(clock, service, TimeSpan.FromHours(1), jumps: 1);
        await service.UntilAsync(waiting, "Finished");
        await UntilTicksAsync(service, 1);
        await SetAsync(clock, service, TimeSpan.Zero, jumps: 2);
        await SetAsync(clock, service, TimeSpan.FromMinutes(45), jumps: 3);
        await SetAsync(clock, service, TimeSpan.FromMinutes(105), jumps: 4);

        // 10:30 once, although it came twice, and 11:30.
        Assert.Equal(2, await UntilTicksAsync(service, 2));
        Assert.Equal("""["woke"]""", JsonSerializer.Serialize((await service.UntilAsync(waiting, "Finished")).GetProperty("lines")));
    }

    private static async Task SetAsync(FakedClock clock, ServedFolder service, TimeSpan forward, int jumps)
    {
        clock.SetForward(forward);
        await service.UntilAsync(() => Task.FromResult(service.Process.Output.Split("The system clock jumped by").Length > jumps));
    }

    private static async Task<int> UntilTicksAsync(ServedFolder service, int least)
    {
        var ticks = 0;
        await service.UntilAsync(async () => (ticks = (await service.RunsAsync("hourly")).Count) >= least);
        return ticks;
    }
}
