using System.Data.Common;

namespace Dag.Workflows.Storage;

/// <summary>A write that waits for its turn, and then for the commit that it shares.</summary>
internal abstract class PendingWrite(CancellationToken cancellationToken)
{
    /// <summary>What the write itself threw; it is told only after the commit, because it may come from what an earlier write of the
    /// same transaction did.</summary>
    public Exception? Error { get; set; }

    /// <summary>True when the caller gave up before its turn came.</summary>
    public bool IsCanceled => cancellationToken.IsCancellationRequested;

    protected CancellationToken CancellationToken => cancellationToken;

    public abstract void Run(DbTransaction transaction);

    /// <summary>Ends the caller's task with the result, or with <see cref="Error"/>.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception error);

    public abstract void Cancel();
}

/// <summary>A write with a result.</summary>
internal sealed class PendingWrite<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    : PendingWrite(cancellationToken)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _completion.Task;

    // Commands of SQLite are synchronous, so the task is complete at once; where it is not, only this writer's own thread waits.
    public override void Run(DbTransaction transaction) => _result = write(transaction, CancellationToken).GetAwaiter().GetResult();

    public override void Complete()
    {
        if (Error is OperationCanceledException && IsCanceled)
            _completion.SetCanceled(CancellationToken);
        else if (Error is not null)
            _completion.SetException(Error);
        else
            _completion.SetResult(_result!);
    }

    public override void Fail(Exception error) => _completion.SetException(error);

    public override void Cancel() => _completion.SetCanceled(CancellationToken);
}
