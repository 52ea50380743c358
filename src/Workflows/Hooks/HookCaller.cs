namespace Dag.Workflows.Hooks;

/// <summary>
/// One who waits for the answer to a request. The run claims the right to answer when it decides to, and answers after that decision is
/// stored; unless it has claimed it, whoever tires of waiting may send the caller away.
/// </summary>
internal sealed class HookCaller
{
    private readonly TaskCompletionSource<HookAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private HookResponse? _claim;

    /// <summary>What the caller is told.</summary>
    public Task<HookAnswer> Answer => _answer.Task;

    /// <summary>Claims the right to answer; false when the caller is answered, or another answer is on its way.</summary>
    public bool TryClaim(HookResponse response)
    {
        lock (_gate)
        {
            if (_claim is not null || _answer.Task.IsCompleted)
            {
                return false;
            }

            _claim = response;
            return true;
        }
    }

    /// <summary>Sends what was claimed; false when nothing was.</summary>
    public bool TryDeliver()
    {
        lock (_gate)
        {
            if (_claim is null)
            {
                return false;
            }

            _answer.TrySetResult(new HookAnswer.Written(_claim));
            return true;
        }
    }

    /// <summary>Answers, unless an answer is claimed; false then.</summary>
    public bool TryAnswer(HookAnswer answer)
    {
        lock (_gate)
        {
            return _claim is null && _answer.TrySetResult(answer);
        }
    }

    /// <summary>Answers also when another answer was claimed: it will not be stored here.</summary>
    public void Abandon(HookAnswer answer) => _answer.TrySetResult(answer);
}
