using System.Text;
using Dag.Workflows.RunLog;
using static Dag.Workflows.Tests.RunLog.RunLogSamples;

namespace Dag.Workflows.Tests.RunLog;

/// <summary>Endpoints that wait for requests.</summary>
public abstract partial class RunLogContract
{
    [Fact]
    public async Task Endpoints_that_wait_are_found_by_the_prefixes_of_a_path()
    {
        await _log.AppendAsync(Waiting("r1", 1, "/orders", "a"), Token);
        await _log.AppendAsync(Waiting("r2", 2, "/orders/new", "b"), Token);
        await _log.AppendAsync(Waiting("r3", 3, "/invoices", "c"), Token);

        var found = await _log.FindHooksAsync(["/", "/orders", "/orders/new", "/orders/new/x"], null, Token);

        Assert.Equal([("a", "r1", 1L, 1L), ("b", "r2", 2L, 1L)], found.Select(f => (Encoding.UTF8.GetString(f.Settings), f.RunId, f.ExecutionId, f.Count)).Order());
        Assert.Empty(await _log.FindHooksAsync(["/"], null, Token));
    }

    [Fact]
    public async Task Endpoints_that_are_set_up_alike_are_one_unless_a_correlation_tells_them_apart()
    {
        await _log.AppendAsync(Waiting("r1", 1, "/orders", "a", "x"), Token);
        await _log.AppendAsync(Waiting("r2", 1, "/orders", "a", "y"), Token);

        Assert.Equal(2, Assert.Single(await _log.FindHooksAsync(["/orders"], null, Token)).Count);
        var one = Assert.Single(await _log.FindHooksAsync(["/orders"], "y", Token));
        Assert.Equal(("r2", 1L), (one.RunId, one.Count));
        Assert.Empty(await _log.FindHooksAsync(["/orders"], "z", Token));
    }

    [Fact]
    public async Task An_endpoint_waits_no_longer_when_its_bookmark_is_gone_or_its_run_is_over()
    {
        await _log.AppendAsync(Waiting("r1", 1, "/orders", "a"), Token);
        await _log.AppendAsync(Waiting("r2", 1, "/orders", "b"), Token);

        await _log.AppendAsync(Next("r1", 4) with { BookmarksRemoved = ["r1:1"] }, Token);
        await _log.AppendAsync(Next("r2", 4).Finished(), Token);

        Assert.Empty(await _log.FindHooksAsync(["/orders"], null, Token));
        Assert.True(await _log.DeleteRunAsync("r2", Token));
    }

    private static RunBatch Waiting(string runId, long execution, string prefix, string settings, string? correlationId = null) => First(runId) with
    {
        BookmarksAdded = [new BookmarkRow($"{runId}:{execution}", runId, execution, "Http:GET " + prefix, correlationId)],
        HooksAdded = [new HookRow($"{runId}:{execution}", prefix, Encoding.UTF8.GetBytes(settings))],
    };
}
