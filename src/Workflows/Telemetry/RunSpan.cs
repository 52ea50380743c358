using System.Diagnostics;

namespace Dag.Workflows.Telemetry;

/// <summary>
/// The span of a run while this process carries it on. Its context is stored with the run: a process that goes on with the run has a span
/// of its own, under and linked to the first one, and so have attempts and runs that it starts.
/// </summary>
internal sealed class RunSpan
{
    private readonly Activity? _activity;

    private RunSpan(Activity? activity, string? traceParent)
    {
        _activity = activity;
        TraceParent = traceParent;
    }

    /// <summary>No span: nobody listens, or the run belongs to no trace.</summary>
    public static RunSpan None { get; } = new(null, null);

    /// <summary>What belongs to the run belongs to this trace, as W3C's traceparent; null for none.</summary>
    public string? TraceParent { get; }

    /// <summary>The parent of spans within the run.</summary>
    public ActivityContext Context => _activity?.Context ?? DagTracing.Parse(TraceParent);

    /// <summary>Begins the span of a run that starts.</summary>
    public static RunSpan Begin(string runId, string workflow, string definitionId, int version, string? parent, DateTimeOffset at)
    {
        var activity = Start(runId, workflow, definitionId, version, DagTracing.Parse(parent), links: null, at);
        return new RunSpan(activity, activity?.Id ?? parent);
    }

    /// <summary>Goes on with a run that another process began, or this one let go of.</summary>
    public static RunSpan Resume(string runId, string workflow, string definitionId, int version, string? traceParent, DateTimeOffset at)
    {
        var first = DagTracing.Parse(traceParent);
        var activity = Start(runId, workflow, definitionId, version, first, first == default ? null : [new ActivityLink(first)], at);
        activity?.SetTag("dag.run.resumed", true);
        return new RunSpan(activity, traceParent ?? activity?.Id);
    }

    /// <summary>Lets what is done from here on in this flow of calls belong to the run.</summary>
    public void Enter()
    {
        if (_activity is not null)
        {
            Activity.Current = _activity;
        }
    }

    /// <summary>The run is over.</summary>
    public void Finish(string status, string? fault, DateTimeOffset at)
    {
        _activity?.SetTag("dag.run.status", status);
        if (fault is not null)
        {
            _activity?.SetStatus(ActivityStatusCode.Error, fault);
        }

        Stop(at);
    }

    /// <summary>This process lets go of the run, which is not over.</summary>
    public void LetGo(DateTimeOffset at)
    {
        _activity?.SetTag("dag.run.status", "Running");
        Stop(at);
    }

    /// <summary>The run was never started: there is nothing to tell.</summary>
    public void Discard()
    {
        if (_activity is not null)
        {
            _activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            _activity.Stop();
        }
    }

    private static Activity? Start(
        string runId, string workflow, string definitionId, int version, ActivityContext parent, IEnumerable<ActivityLink>? links, DateTimeOffset at)
    {
        if (!DagTracing.Source.HasListeners())
        {
            return null;
        }

        // Whose call it is, is not the run's parent unless it was named.
        var caller = Activity.Current;
        Activity.Current = null;
        try
        {
            return DagTracing.Source.StartActivity(
                ActivityKind.Internal,
                parent,
                [
                    new("dag.run.id", runId),
                    new("dag.workflow.name", workflow),
                    new("dag.workflow.id", definitionId),
                    new("dag.workflow.version", version),
                ],
                links,
                at,
                $"run {workflow}");
        }
        finally
        {
            Activity.Current = caller;
        }
    }

    private void Stop(DateTimeOffset at)
    {
        if (_activity is { IsStopped: false })
        {
            _activity.SetEndTime(at.UtcDateTime);
            _activity.Stop();
        }
    }
}
