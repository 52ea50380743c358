using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Host.Web.Api;

/// <summary>Starts one run for one idempotency key, however often it is sent: the run's id follows from the key.</summary>
internal sealed class IdempotentStarts(DagEngine engine)
{
    private readonly ConcurrentDictionary<string, Task<string?>> _starting = new();

    /// <summary>Starts a run, or finds the one that the key has started.</summary>
    public async Task<(string RunId, bool IsNew)> StartAsync(StartRequest request, string? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return ((await engine.StartRunAsync(request, cancellationToken))!, true);
        }

        var scope = $"api/{request.Definition.DefinitionId}";
        var runId = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\n{key}")).AsSpan(0, 16));
        if (await engine.FindRunAsync(runId, cancellationToken) is not null)
        {
            return (runId, false);
        }

        var mine = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var starting = _starting.GetOrAdd(runId, mine.Task);
        if (starting != mine.Task)
        {
            await starting.WaitAsync(cancellationToken);
            return (runId, false);
        }

        try
        {
            // Not cancelled with this request: others wait for it.
            var started = await engine.StartRunAsync(
                request with { RunId = runId, LedgerKeys = [new LedgerKey(scope, key)] }, CancellationToken.None);
            mine.SetResult(started);
            return (runId, started is not null);
        }
        catch (Exception e)
        {
            mine.SetException(e);
            throw;
        }
        finally
        {
            _starting.TryRemove(runId, out _);
        }
    }
}
