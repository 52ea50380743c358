using Microsoft.AspNetCore.SignalR;

namespace Dag.Host.ElsaApi.Live;

/// <summary>Where Studio says which run it looks at, to be told when that run moves on.</summary>
internal sealed class WorkflowInstanceHub(LiveUpdates updates) : Hub
{
    /// <summary>The path, as Studio derives it from that of the API.</summary>
    public const string Path = "/elsa/hubs/workflow-instance";

    // Studio uses one connection for each run that it looks at.
    private const int MostRuns = 50;

    /// <summary>Begins to tell this connection of a run.</summary>
    public async Task ObserveInstanceAsync(string instanceId)
    {
        if (string.IsNullOrEmpty(instanceId) || instanceId.Length > 100)
        {
            throw new HubException("Name the run that you want to observe.");
        }

        if (!updates.Observe(Context.ConnectionId, instanceId, MostRuns))
        {
            throw new HubException($"One connection can observe {MostRuns} runs at the most.");
        }

        await Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(instanceId), Context.ConnectionAborted);

        // Since Studio asked for the run, it may have moved on, or be over.
        await updates.TellAllAsync(Clients.Caller, instanceId, Context.ConnectionAborted);
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        updates.Forget(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }

    /// <summary>The group of those who observe a run.</summary>
    public static string GroupOf(string instanceId) => $"run/{instanceId}";
}
