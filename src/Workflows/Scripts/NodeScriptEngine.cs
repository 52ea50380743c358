using System.Collections.Concurrent;

namespace Dag.Workflows.Scripts;

/// <summary>
/// Evaluates scripts with QuickJS in pooled Node.js child processes, started when they are first needed. A hostile script costs a child,
/// never the service. Who waits for a child waits in the order of coming; a run evaluates one script at a time, so as many wait as there
/// are active runs, at the most.
/// </summary>
internal sealed class NodeScriptEngine(ScriptOptions options, TimeProvider clock) : IScriptEngine, IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.ChildCount);

    // The child used last is used next: its contexts are warm.
    private readonly ConcurrentStack<ScriptChild> _idle = new();
    private bool _isDisposed;

    /// <summary>The process ids of idle children.</summary>
    internal IReadOnlyList<int> IdleChildren => [.. _idle.Select(c => c.ProcessId)];

    /// <summary>How many children evaluate something, or are being started for it.</summary>
    internal int BusyChildren => options.ChildCount - _slots.CurrentCount;

    public async ValueTask<ScriptResult> EvaluateAsync(Script script, IScriptScope scope, CancellationToken cancellationToken)
    {
        var child = await RentAsync(cancellationToken);
        try
        {
            return await child.EvaluateAsync(script, scope, cancellationToken);
        }
        finally
        {
            Return(child);
        }
    }

    public async ValueTask<string?> FindFaultAsync(Script script, CancellationToken cancellationToken)
    {
        var child = await RentAsync(cancellationToken);
        try
        {
            return await child.CheckAsync(script, cancellationToken);
        }
        finally
        {
            Return(child);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryPop(out var child))
        {
            child.Dispose();
        }
    }

    private async ValueTask<ScriptChild> RentAsync(CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            while (_idle.TryPop(out var idle))
            {
                if (idle.IsUsable)
                {
                    return idle;
                }

                idle.Dispose();
            }

            return await ScriptChild.StartAsync(options, clock, cancellationToken);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    private void Return(ScriptChild child)
    {
        if (child.IsUsable && !_isDisposed)
        {
            _idle.Push(child);
        }
        else
        {
            child.Dispose();
        }

        _slots.Release();
    }
}
