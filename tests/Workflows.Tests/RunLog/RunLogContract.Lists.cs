using Dag.Workflows.RunLog;
using static Dag.Workflows.Tests.RunLog.RunLogSamples;

namespace Dag.Workflows.Tests.RunLog;

/// <summary>Lists of runs.</summary>
public abstract partial class RunLogContract
{
    [Fact]
    public async Task Runs_are_listed_newest_first_in_pages()
    {
        for (var i = 0; i < 7; i++)
        {
            await AddAsync($"r{i}", s => s with { CreatedAt = Start.AddMinutes(i) });
        }

        var page = await _log.ListRunsAsync(new RunFilter { Skip = 2, Take = 3 }, Token);
        Assert.Equal(["r4", "r3", "r2"], page.Runs.Select(r => r.Id));
        Assert.Equal(7, page.TotalCount);
        Assert.Empty((await _log.ListRunsAsync(new RunFilter { Skip = 100 }, Token)).Runs);
    }

    [Fact]
    public async Task Runs_are_filtered_by_workflow_status_and_sub_status()
    {
        await AddAsync("r1", s => s with { DefinitionId = "a", Status = "Running", SubStatus = "Suspended" });
        await AddAsync("r2", s => s with { DefinitionId = "b", Status = "Finished", SubStatus = "Faulted" });
        await AddAsync("r3", s => s with { DefinitionId = "c", Status = "Finished", SubStatus = "Cancelled" });
        await AddAsync("r4", s => s with { DefinitionId = "a", Status = "Finished", SubStatus = "Faulted" });

        Assert.Equal(["r4", "r2", "r1"], await ListAsync(new RunFilter { DefinitionIds = ["a", "b"] }));
        Assert.Equal(["r1"], await ListAsync(new RunFilter { Status = "Running" }));
        Assert.Equal(["r4", "r3", "r2"], await ListAsync(new RunFilter { Status = "Finished" }));
        Assert.Equal(["r3", "r1"], await ListAsync(new RunFilter { SubStatuses = ["Suspended", "Cancelled"] }));
        Assert.Equal(["r4"], await ListAsync(new RunFilter { DefinitionIds = ["a"], Status = "Finished", SubStatuses = ["Faulted"] }));
    }

    [Fact]
    public async Task Runs_are_filtered_by_version_correlation_incidents_and_times()
    {
        await AddAsync("r1", s => s with { DefinitionVersionId = "v1", Version = 1, CorrelationId = "c1", CreatedAt = Start });
        await AddAsync("r2", s => s with { DefinitionVersionId = "v2", Version = 2, CorrelationId = "C1", IncidentCount = 2, CreatedAt = Start.AddHours(1) });
        await AddAsync("r3", s => s with { DefinitionVersionId = "v2", Version = 2, CreatedAt = Start.AddHours(2), Status = "Finished", SubStatus = "Finished", FinishedAt = Start.AddHours(3) });

        Assert.Equal(["r3", "r2"], await ListAsync(new RunFilter { DefinitionVersionId = "v2" }));
        Assert.Equal(["r1"], await ListAsync(new RunFilter { Version = 1 }));
        Assert.Equal(["r1"], await ListAsync(new RunFilter { CorrelationId = "c1" }));
        Assert.Equal(["r2"], await ListAsync(new RunFilter { HasIncidents = true }));
        Assert.Equal(["r3", "r1"], await ListAsync(new RunFilter { HasIncidents = false }));
        Assert.Equal(["r3"], await ListAsync(new RunFilter { Times = [new(RunTime.CreatedAt, TimeComparison.After, Start.AddHours(1))] }));
        Assert.Equal(["r2"], await ListAsync(new RunFilter
        {
            Times = [new(RunTime.CreatedAt, TimeComparison.NotBefore, Start.AddHours(1)), new(RunTime.CreatedAt, TimeComparison.Before, Start.AddHours(2))],
        }));
        Assert.Equal(["r3"], await ListAsync(new RunFilter { Times = [new(RunTime.FinishedAt, TimeComparison.NotAfter, Start.AddHours(3))] }));
        Assert.Equal(["r3"], await ListAsync(new RunFilter { Times = [new(RunTime.FinishedAt, TimeComparison.After, Start)] }));
        Assert.Equal(["r3"], await ListAsync(new RunFilter { Times = [new(RunTime.FinishedAt, TimeComparison.NotBefore, DateTimeOffset.MinValue)] }));
        Assert.Empty(await ListAsync(new RunFilter { Times = [new(RunTime.FinishedAt, TimeComparison.After, Start.AddHours(3))] }));
        Assert.Equal(["r3", "r2"], await ListAsync(new RunFilter { Times = [new(RunTime.CreatedAt, TimeComparison.IsNot, Start)] }));
    }

    [Fact]
    public async Task Runs_are_listed_in_the_order_that_is_asked_for()
    {
        await AddAsync("r1", s => s with { Name = "b", CreatedAt = Start, UpdatedAt = Start.AddHours(9), Status = "Finished", SubStatus = "Finished", FinishedAt = Start.AddHours(5) });
        await AddAsync("r2", s => s with { Name = "A", CreatedAt = Start.AddHours(1), UpdatedAt = Start.AddHours(1) });
        await AddAsync("r3", s => s with { Name = "c", CreatedAt = Start.AddHours(2), UpdatedAt = Start.AddHours(3), Status = "Finished", SubStatus = "Finished", FinishedAt = Start.AddHours(4) });

        Assert.Equal(["r1", "r2", "r3"], await ListAsync(new RunFilter { Descending = false }));
        Assert.Equal(["r2", "r1", "r3"], await ListAsync(new RunFilter { OrderBy = RunOrder.Name, Descending = false }));
        Assert.Equal(["r1", "r3", "r2"], await ListAsync(new RunFilter { OrderBy = RunOrder.UpdatedAt }));
        Assert.Equal(["r1", "r3", "r2"], await ListAsync(new RunFilter { OrderBy = RunOrder.FinishedAt }));
    }

    [Theory]
    [InlineData(RunOrder.CreatedAt)]
    [InlineData(RunOrder.UpdatedAt)]
    [InlineData(RunOrder.FinishedAt)]
    [InlineData(RunOrder.Name)]
    public async Task Pages_together_are_the_list_in_every_order_with_every_filter(RunOrder order)
    {
        var runs = new List<RunSummary>();
        for (var i = 0; i < 23; i++)
        {
            // Times and names that others have too, in no order.
            var isOver = i % 3 > 0;
            runs.Add(Summary($"r{i * 7 % 23:00}") with
            {
                DefinitionId = $"w{i % 2}",
                Name = i % 4 == 0 ? null : $"{"aBcD"[i % 4]}",
                WorkflowName = "Bb",
                CorrelationId = i % 5 == 0 ? null : $"c{i % 2}",
                Version = i % 3,
                Status = isOver ? "Finished" : "Running",
                SubStatus = !isOver ? "Suspended" : i % 2 == 0 ? "Faulted" : "Finished",
                IncidentCount = i % 2,
                CreatedAt = Start.AddMinutes(i * 5 % 7),
                UpdatedAt = Start.AddMinutes(i * 3 % 11),
                FinishedAt = isOver ? Start.AddMinutes(i * 3 % 5) : null,
            });
            var summary = runs[^1];
            await AddAsync(summary.Id, _ => summary);
        }

        foreach (var (filter, isMeant) in (IEnumerable<(RunFilter, Func<RunSummary, bool>)>)
        [
            (new RunFilter(), _ => true),
            (new RunFilter { Status = "Finished" }, r => r.Status == "Finished"),
            (new RunFilter { Status = "Running" }, r => r.Status == "Running"),
            (new RunFilter { SubStatuses = ["Faulted", "Suspended"], HasIncidents = false }, r => r.SubStatus is "Faulted" or "Suspended" && r.IncidentCount == 0),
            (new RunFilter { DefinitionIds = ["w1"], Version = 1 }, r => r is { DefinitionId: "w1", Version: 1 }),
            (new RunFilter { CorrelationId = "c1", Search = "BB" }, r => r.CorrelationId == "c1"),
            (new RunFilter { Search = "r2" }, r => r.Id.Contains("r2", StringComparison.Ordinal)),
            (new RunFilter { Search = "nowhere" }, _ => false),
        ])
        {
            var expected = runs.Where(isMeant).OrderBy(r => KeyOf(r, order), StringComparer.Ordinal).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Id).ToList();
            foreach (var (descending, ids) in ((bool, IEnumerable<string>)[])[(false, expected), (true, Enumerable.Reverse(expected))])
            {
                var pages = new List<string>();
                for (var skip = 0; skip <= runs.Count + 4; skip += 4)
                {
                    var page = await _log.ListRunsAsync(filter with { OrderBy = order, Descending = descending, Skip = skip, Take = 4 }, Token);
                    Assert.Equal(expected.Count, page.TotalCount);
                    pages.AddRange(page.Runs.Select(r => r.Id));
                }

                Assert.Equal(ids, pages);
            }
        }
    }

    [Theory]
    [InlineData("R1X", "r1x")]
    [InlineData("NIGHTLY É", "r2")]
    [InlineData("100%", "r3")]
    [InlineData("a_b", "r4")]
    [InlineData(@"c\d", "r5")]
    [InlineData("axb", null)]
    [InlineData("\0", null)]
    public async Task Runs_are_searched_in_any_case_and_to_the_letter(string search, string? expected)
    {
        await AddAsync("r1x", s => s);
        await AddAsync("r2", s => s with { WorkflowName = "nightly é" });
        await AddAsync("r3", s => s with { Name = "at 100%" });
        await AddAsync("r4", s => s with { CorrelationId = "A_B" });
        await AddAsync("r5", s => s with { CorrelationId = @"C\D" });
        await AddAsync("other", s => s with { Name = "100 and a b" });

        Assert.Equal(expected is null ? [] : [expected], await ListAsync(new RunFilter { Search = search }));
    }

    private async Task AddAsync(string id, Func<RunSummary, RunSummary> change) =>
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(First(id) with { Summary = change(Summary(id)) }));

    private static string KeyOf(RunSummary run, RunOrder order) => order switch
    {
        RunOrder.UpdatedAt => $"{run.UpdatedAt:O}",
        RunOrder.FinishedAt => $"{run.FinishedAt:O}",
        RunOrder.Name => (run.Name ?? run.WorkflowName).ToLowerInvariant(),
        _ => $"{run.CreatedAt:O}",
    };

    private async Task<IEnumerable<string>> ListAsync(RunFilter filter)
    {
        var page = await _log.ListRunsAsync(filter, Token);
        Assert.Equal(page.TotalCount, page.Runs.Count);
        return page.Runs.Select(r => r.Id);
    }
}
