using Dag.Workflows.Activities;
using Dag.Workflows.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Primitives;

/// <summary>Completes the nearest composite.</summary>
[Activity("Elsa.Complete", Category = "Composition", Description = "Completes the workflow, or the workflow used as an activity, that it is in.")]
internal sealed class Complete() : ControlActivity(Outcomes)
{
    private static readonly ControlInput<object> Outcomes = new("Outcomes", "The outcome, or a list of outcomes; default Done.") { UIHint = UIHints.Outcome };

    public override bool IsTerminal => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        string[] outcomes = step.State.Resolve(step.Get(Outcomes)) switch
        {
            string text => OutcomesIn(text),
            IEnumerable<object?> list => [.. list.Select(ValueConverter.ToText)],
            _ => ["Done"],
        };
        step.CompleteComposite(outcomes);
        step.Complete();
        return ValueTask.CompletedTask;
    }

    private static string[] OutcomesIn(string text)
    {
        try
        {
            return text.StartsWith('[') ? [.. ((IReadOnlyList<string>)ValueConverter.Convert(text, typeof(IReadOnlyList<string>))!)] : [text];
        }
        catch (FormatException)
        {
            return [text];
        }
    }
}
