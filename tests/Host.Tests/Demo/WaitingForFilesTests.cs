using Dag.Workflows.Definitions;
using Dag.Workflows.Running;

namespace Dag.Host.Tests.Demo;

public sealed class WaitingForFilesTests : IDisposable
{
    // A run that says so, waits for a file, and says which one came.
    private const string Workflow = """
        {
          "definitionId": "waits", "name": "waits",
          "root": {
            "id": "flow", "type": "Elsa.Flowchart", "variables": [{ "id": "file", "name": "file", "typeName": "String" }],
            "activities": [
              { "id": "before", "type": "Elsa.WriteLine", "text": { "typeName": "String", "expression": { "type": "Literal", "value": "waiting" } } },
              { "id": "wait", "type": "Dag.FilesArrived",
                "folder": { "typeName": "String", "expression": { "type": "Literal", "value": "drop" } },
                "stableFor": { "typeName": "TimeSpan", "expression": { "type": "Literal", "value": "00:00:00" } },
                "pollInterval": { "typeName": "TimeSpan", "expression": { "type": "Literal", "value": "00:00:00.2" } },
                "file": { "typeName": "String", "memoryReference": { "id": "file" } } },
              { "id": "after", "type": "Elsa.WriteLine", "text": { "typeName": "String", "expression": { "type": "Variable", "value": { "id": "file", "name": "file" } } } }
            ],
            "connections": [
              { "source": { "activity": "before", "port": "Done" }, "target": { "activity": "wait", "port": "In" } },
              { "source": { "activity": "wait", "port": "Done" }, "target": { "activity": "after", "port": "In" } }
            ]
          }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("dag-waits-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_waits_in_its_middle_for_a_file_in_the_data_folder_also_over_a_restart()
    {
        await using (var first = await WorkingNode.StartAsync(_folder))
        {
            await first.Engine.StartRunAsync(new StartRequest { Definition = DefinitionReader.Read(Workflow) }, CancellationToken.None);
        }

        await using var second = await WorkingNode.StartAsync(_folder);
        var drop = Directory.CreateDirectory(Path.Combine(_folder, "drop")).FullName;
        await File.WriteAllTextAsync(Path.Combine(drop, "a.csv"), "1", TestContext.Current.CancellationToken);
        var report = await second.NextAsync();
        Assert.Equal("Finished", report.SubStatus);
        Assert.Equal(["waiting", Path.Combine(drop, "a.csv")], report.Lines);
    }
}
