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
    /// <param name="request">What is started; further keys in it are booked as well.</param>
    /// <param name="scope">Whose key it is.</param>
    /// <param name="key">The key; null starts a run in any case.</param>
    /// <param name="cancellationToken">Ends the wait for the start of another request.</param>
    public async Task<(string RunId, bool IsNew)> StartAsync(StartRequest request, string scope, string? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return ((await engine.StartRunAsync(request, cancellationToken))!, true);
        }

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
                request with { RunId = runId, LedgerKeys = [new LedgerKey(scope, key), .. request.LedgerKeys] }, CancellationToken.None);
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
