using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Dag.Workflows.Values;

namespace Dag.Workflows.Tests.Running;

/// <summary>Values of the largest size that may be passed between activities.</summary>
public sealed class LargeValueTests : IDisposable
{
    // As JSON a text has two more bytes.
    private const int Largest = ValueKeeper.Limit - 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("dag-large-").FullName;

    [Fact]
    public async Task A_value_of_sixteen_megabytes_is_passed_on_by_the_process_that_takes_over()
    {
        var first = await TestEngine.StartAsync(_folder);
        var id = await first.Engine.StartRunAsync(new() { Definition = DefinitionReader.Read(Flow(Largest, hold: true)) }, CancellationToken.None);
        await first.Journal.Holding.Task;
        await first.Engine.DisposeAsync();

        var journal = new WorkJournal();
        journal.Release.SetResult();
        await using var second = await TestEngine.StartAsync(_folder, journal);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = second.Engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged { Run.FinishedAt: not null })
            {
                ended.TrySetResult();
            }
        });
        if ((await second.Engine.FindRunAsync(id!, CancellationToken.None))!.FinishedAt is null)
        {
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }

        var report = (await second.Engine.ReportAsync(id!, CancellationToken.None))!;
        Assert.Equal(("Finished", Largest), (report.SubStatus, ((string)report.Output["Text"]!).Length));
    }

    [Fact]
    public async Task A_value_that_is_one_byte_larger_is_an_incident_that_says_what_to_do()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var report = await engine.RunAsync(Flow(Largest + 1, hold: false));
        var incident = Assert.Single(report.Incidents);
        Assert.Equal(("Faulted", "A"), (report.SubStatus, incident.ActivityId));
        Assert.Contains("16,777,217 bytes; at most 16,777,216", incident.Message, StringComparison.Ordinal);
        Assert.Contains("Store it as a dataset or a file", incident.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Flow(int letters, bool hold) => $$"""
        {
          "definitionId": "large", "id": "large-v1", "name": "large", "version": 1, "outputs": [ { "name": "Text", "type": "String" } ],
          "variables": [ { "id": "v", "name": "v", "typeName": "String" }, { "id": "w", "name": "w", "typeName": "String" } ],
          "root": { "id": "s", "type": "Elsa.Sequence", "activities": [
            { "id": "A", "type": "Test.Work", "letters": { "expression": { "type": "Literal", "value": {{letters}} } }, "result": { "memoryReference": { "id": "v" } } },
            { "id": "B", "type": "Test.Work", "hold": { "expression": { "type": "Literal", "value": {{(hold ? "true" : "false")}} } },
              "value": { "expression": { "type": "Variable", "value": { "id": "v", "name": "v" } } }, "result": { "memoryReference": { "id": "w" } } },
            { "id": "O", "type": "Elsa.SetOutput", "outputName": "Text", "outputValue": { "expression": { "type": "Variable", "value": { "id": "w", "name": "w" } } } } ] }
        }
        """;
}
