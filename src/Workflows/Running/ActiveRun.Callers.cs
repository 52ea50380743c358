using Dag.Workflows.Hooks;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Running;

/// <summary>Who waits for the answer to the request that started or resumed the run.</summary>
internal sealed partial class ActiveRun
{
    private HookCaller? _caller;

    // A request resumes the run. Who waited before is not kept waiting for what is now another's answer.
    private void Meet(HookCaller? caller, long execution)
    {
        if (caller is null)
        {
            return;
        }

        if (State.Find(execution) is not { Status: ExecutionStatus.Waiting })
        {
            caller.TryAnswer(new HookAnswer.Gone());
            return;
        }

        _caller?.TryAnswer(new HookAnswer.Accepted());
        _caller = _burst.Caller = caller;
    }

    // After a commit: what the run has claimed to answer is stored with it.
    private void AnswerCaller(bool settled)
    {
        if (_caller is { } caller && (caller.TryDeliver() || AnswerOf(settled) is { } answer && caller.TryAnswer(answer) || caller.Answer.IsCompleted))
        {
            _caller = _burst.Caller = null;
        }
    }

    // Null as long as the run may still answer by itself: it has the activity for it, and work goes on.
    private HookAnswer? AnswerOf(bool settled)
    {
        if (State.IsFaulting || State.IsFinished && State.SubStatus != RunSubStatus.Finished)
        {
            return new HookAnswer.Failed();
        }

        return State.IsFinished || !State.Graph.Answers || settled && State.OpenWork == 0 ? new HookAnswer.Accepted() : null;
    }

    // This process lets go of the run, which is stored as far as it was answered for.
    private void LeaveCallers()
    {
        _caller?.Abandon(_stored > 0 ? new HookAnswer.Accepted() : new HookAnswer.Gone());
        _caller = _burst.Caller = null;
        foreach (var caller in _engine.Callers.TakeAll(State.RunId))
        {
            caller.TryAnswer(new HookAnswer.Gone());
        }
    }
}
