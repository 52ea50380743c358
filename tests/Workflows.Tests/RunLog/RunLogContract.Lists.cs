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

    private async Task<IEnumerable<string>> ListAsync(RunFilter filter)
    {
        var page = await _log.ListRunsAsync(filter, Token);
        Assert.Equal(page.TotalCount, page.Runs.Count);
        return page.Runs.Select(r => r.Id);
    }
}
