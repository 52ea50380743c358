using Dag.Workflows.Catalog;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Expressions;
using Dag.Workflows.Graph;
using Dag.Workflows.Primitives;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Triggers;

/// <summary>Which published workflows start with which event. Looked up once, and again after workflows were published or retracted.</summary>
internal sealed partial class EventTriggers(IDefinitionStore store, WorkflowFreezer freezer, ILogger<EventTriggers> logger)
{
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile ILookup<string, EventTrigger>? _byName;

    /// <summary>The triggers that an event of this name fires.</summary>
    public async Task<IEnumerable<EventTrigger>> FindAsync(string eventName, CancellationToken cancellationToken) =>
        (_byName ?? await LoadAsync(cancellationToken))[eventName];

    /// <summary>Forgets what is published, because it has changed.</summary>
    public void Forget() => _byName = null;

    private async Task<ILookup<string, EventTrigger>> LoadAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            var found = new List<(string Name, EventTrigger Trigger)>();
            foreach (var stored in await store.ListPublishedAsync(cancellationToken))
            {
                found.AddRange(await FindAsync(stored, cancellationToken));
            }

            return _byName = found.ToLookup(f => f.Name, f => f.Trigger, StringComparer.Ordinal);
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<IEnumerable<(string Name, EventTrigger Trigger)>> FindAsync(StoredDefinition stored, CancellationToken cancellationToken)
    {
        try
        {
            var graph = (await freezer.FreezeAsync(DefinitionReader.Read(stored.Json), cancellationToken)).Graph;
            return
            [
                .. from node in graph.Nodes
                   where node.Control is Event && GraphValidator.IsTrigger(node)
                   let name = (node.Inputs[node.Descriptor.IndexOfInput("EventName")] as ConstantExpression)?.Value as string
                   where !string.IsNullOrEmpty(name)
                   select (name, new EventTrigger(stored.Id, node.Id)),
            ];
        }
        catch (DefinitionException e)
        {
            LogSkipped(e, stored.Name);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "No event can start workflow {Workflow}. Publish it again after correcting it.")]
    private partial void LogSkipped(Exception exception, string workflow);
}

/// <summary>A trigger of a published workflow that an event fires.</summary>
internal readonly record struct EventTrigger(string DefinitionVersionId, string ActivityId);
