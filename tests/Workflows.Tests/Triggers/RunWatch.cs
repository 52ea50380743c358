using System.Threading.Channels;
using Dag.Tests;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Tests.Running;

namespace Dag.Workflows.Tests.Triggers;

/// <summary>Sees runs end, in order.</summary>
internal sealed class RunWatch : IDisposable
{
    private readonly Channel<RunSummary> _ended = Channel.CreateUnbounded<RunSummary>();
    private readonly TestEngine _engine;
    private readonly IDisposable _subscription;

    public RunWatch(TestEngine engine)
    {
        _engine = engine;
        _subscription = engine.Engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged { Run.FinishedAt: not null })
            {
                _ended.Writer.TryWrite(notice.Run);
            }
        });
    }

    /// <summary>The report of the run that ends next.</summary>
    public async Task<RunReport> NextAsync()
    {
        var ended = await _ended.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        return (await _engine.Engine.ReportAsync(ended.Id, CancellationToken.None))!;
    }

    /// <summary>
    /// Moves the clock and waits for the next run to end. As Quartz reads the clock on a thread of its own, the clock goes on meanwhile,
    /// fifty milliseconds for each real one.
    /// </summary>
    public async Task<RunReport> NextAfterAsync(FakeTimeProvider time, TimeSpan by)
    {
        time.Advance(by);
        var next = NextAsync();
        await WhileAsync(time, () => !next.IsCompleted);
        return await next;
    }

    /// <summary>Lets the clock go on, a little at a time, for as long as the condition holds.</summary>
    public static async Task WhileAsync(FakeTimeProvider time, Func<bool> condition)
    {
        for (var i = 0; condition(); i++)
        {
            Assert.True(i < 20_000, "What the test waits for does not happen.");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromMilliseconds(50));
        }
    }

    public void Dispose() => _subscription.Dispose();
}
