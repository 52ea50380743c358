using Dag.Workflows.Activities;
using Dag.Workflows.Expressions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Scripts;

/// <summary>Runs JavaScript. As in Elsa, the outcome is Done unless the script sets others, and a blank script never completes.</summary>
[Activity("Elsa.RunJavaScript", Category = "Scripting", DisplayName = "Run JavaScript", Description = "Runs JavaScript, which can read and set variables and choose the outcome. It sees no files and no network, and has limits of time and memory.")]
internal sealed class RunJavaScript() : ControlActivity(Source, PossibleOutcomes)
{
    private static readonly ControlInput<string> Source = new("Script", "The script, ECMAScript 2020 and later. variables.total reads and writes a variable, getX() and setX(value) do as in Elsa, setOutcome('Name') chooses the way out; what it returns, or its last value, is the result.") { UIHint = UIHints.Code };
    private static readonly ControlInput<object> PossibleOutcomes = new("PossibleOutcomes", "The outcomes that the script may set, for the designer.") { UIHint = UIHints.DynamicOutcomes };
    private static readonly string[] Done = ["Done"];

    public override IReadOnlyList<OutputDescriptor> Outputs { get; } = [new("Result", typeof(object), "The value of the script.")];

    public override object? Compile(Node node, GraphCompiler compiler)
    {
        var text = node.Inputs[Source.Ordinal] is ConstantExpression { Value: string constant } ? constant : null;
        return new Program(compiler.AddScript(node, Source.Descriptor.Name, text), compiler.Scripts);
    }

    public override async ValueTask ExecuteAsync(Step step)
    {
        var text = step.Get(Source);
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        var program = (Program)step.Node.Compiled!;
        var script = program.Script is { } known && known.Source == text ? known : new Script(text);
        var result = await step.RunScriptAsync(script, program.Engine, withOutcomes: true);
        if (result.Value is not null)
        {
            step.SetOutput("Result", result.Value);
        }

        step.Complete(result.Outcomes ?? Done);
    }

    private sealed record Program(Script? Script, IScriptEngine Engine);
}
