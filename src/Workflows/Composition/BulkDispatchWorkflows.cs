using System.Text.Json;
using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Composition;

/// <summary>Starts a published workflow once for each item, and goes on at once or when all of these runs are over.</summary>
[Activity(
    "Elsa.BulkDispatchWorkflows",
    Category = "Composition",
    DisplayName = "Bulk Dispatch Workflows",
    Description = "Starts a published workflow once for each item, and waits for all of them if asked to.",
    Outcomes = ["Completed", "Canceled", "Done"])]
internal sealed class BulkDispatchWorkflows()
    : ParentActivity(WorkflowDefinitionId, Items, DefaultItemInputKey, CorrelationIdFunction, Input, WaitForCompletion, StartNewTrace, ChannelName)
{
    private static readonly ControlInput<string> WorkflowDefinitionId = new("WorkflowDefinitionId", "The id (definitionId) of the workflow.") { Required = true, UIHint = UIHints.WorkflowDefinition };
    private static readonly ControlInput<object> Items = new("Items", "The items, one run for each; the members of an item that is an object become inputs. A text is no list: use a variable or a script.");
    private static readonly ControlInput<string> DefaultItemInputKey = new("DefaultItemInputKey", "The input that gets an item that is no object; default Item.") { Default = "Item" };
    private static readonly ControlInput<string> CorrelationIdFunction = new("CorrelationIdFunction", "The correlation id of each run, evaluated with the item in args; default none.") { AutoEvaluate = false };
    private static readonly ControlInput<IReadOnlyDictionary<string, object?>> Input = new("Input", "Further inputs of every run, by name; default none.");
    private static readonly ControlInput<bool> WaitForCompletion = new("WaitForCompletion", "Whether to wait until all are over; default true. Then it leaves by Completed and Done.") { Default = true };
    private static readonly ControlInput<bool> StartNewTrace = new("StartNewTrace", "Known from Elsa; every run has a trace of its own here.");
    private static readonly ControlInput<string> ChannelName = new("ChannelName", "Known from Elsa; there is one channel here.");
    private static readonly string[] AllOver = ["Completed", "Done"];
    private static readonly string[] Started = ["Done"];

    public override IReadOnlyList<string> EmbeddedPorts => ["childCompleted", "childFaulted"];

    public override async ValueTask ExecuteAsync(Step step)
    {
        var version = await FindVersionAsync(step, step.Get(WorkflowDefinitionId));
        var items = step.State.Resolve(step.Get(Items)) as IEnumerable<object?> ?? [];
        var waits = step.Get(WaitForCompletion);
        var count = 0;
        foreach (var item in items)
        {
            await StartAsync(step, version, item, waits ? ChildReports.End : ChildReports.None);
            count++;
        }

        if (waits && count > 0)
        {
            // How many are not over yet.
            step.SetIndex(count);
            step.Wait(new Bookmark($"Runs:{step.State.RunId}", null));
        }
        else
        {
            step.Complete(Started);
        }
    }

    public override void ChildReported(Step step, ChildReport report)
    {
        var left = step.Execution.Index - 1;
        step.SetIndex(left);
        var port = report.SubStatus switch
        {
            RunSubStatus.Finished => step.Node.PortOrNull("childCompleted"),
            RunSubStatus.Faulted => step.Node.PortOrNull("childFaulted"),
            _ => null,
        };
        if (port is not null)
        {
            step.Schedule(port, variables: [new("ChildInstanceId", report.RunId)]);
        }
        else if (left == 0)
        {
            step.Complete(AllOver);
        }
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        if (step.Execution.Index == 0)
        {
            step.Complete(AllOver);
        }

        return ValueTask.CompletedTask;
    }

    private static async ValueTask StartAsync(Step step, string version, object? item, ChildReports reports)
    {
        var key = step.Get(DefaultItemInputKey) is { Length: > 0 } given ? given : "Item";
        var input = new Dictionary<string, object?>(step.Get(Input) ?? new Dictionary<string, object?>());
        foreach (var (name, value) in item as IEnumerable<KeyValuePair<string, object?>> ?? [new(key, item)])
        {
            input[name] = value;
        }

        step.Arguments = [new(JsonNamingPolicy.CamelCase.ConvertName(key), item)];
        Start(step, version, input, await step.EvaluateAsync(CorrelationIdFunction), reports);
        step.Arguments = [];
    }
}
