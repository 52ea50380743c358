using System.Diagnostics.Metrics;
using Dag.Workflows.Scripts;
using Dag.Workflows.Telemetry;
using Dag.Workflows.Triggers;

namespace Dag.Workflows.Running;

/// <summary>How the engine stands, whenever somebody asks.</summary>
internal sealed class EngineGauges(DagMeter meter, DagEngine engine, TriggerHost triggers, IScriptEngine scripts)
{
    private bool _isStarted;

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        var meters = meter.Meter;
        meters.CreateObservableGauge("dag.runs.active", () => engine.ActiveRuns, "{run}", "Runs that are not over and that this node carries on.");
        meters.CreateObservableGauge("dag.work.waiting", () => engine.Load.Waiting, "{work}", "Work of this node that waits for a slot.");
        meters.CreateObservableGauge("dag.work.slots", Slots, "{slot}", "Slots of this node: busy, granted to a run that is recording the start, or free.");
        meters.CreateObservableGauge("dag.triggers.armed", () => Triggers(_ => true), "{trigger}", "Triggers of published workflows that are armed.");
        meters.CreateObservableGauge("dag.triggers.problems", () => Triggers(t => t.Problem is not null), "{trigger}", "Armed triggers that something keeps from firing.");
        if (scripts is NodeScriptEngine node)
        {
            meters.CreateObservableGauge("dag.script.children", () => Children(node), "{process}", "Child processes for scripts: busy or idle.");
        }
    }

    private IEnumerable<Measurement<int>> Slots()
    {
        var load = engine.Load;
        yield return Of(load.Busy, "state", "busy");
        yield return Of(load.Granted, "state", "granted");
        yield return Of(load.Slots - load.Busy - load.Granted, "state", "free");
    }

    private IEnumerable<Measurement<int>> Triggers(Func<TriggerState, bool> which) =>
        triggers.Armed.GroupBy(t => t.Type).Select(g => Of(g.Count(which), "type", g.Key));

    private static IEnumerable<Measurement<int>> Children(NodeScriptEngine node)
    {
        yield return Of(node.BusyChildren, "state", "busy");
        yield return Of(node.IdleChildren.Count, "state", "idle");
    }

    private static Measurement<int> Of(int value, string name, string tag) => new(value, new KeyValuePair<string, object?>(name, tag));
}
