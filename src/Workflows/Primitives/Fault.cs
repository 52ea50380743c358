using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Faults.</summary>
[Activity("Elsa.Fault", Category = "Primitives", Description = "Fails on purpose, with a message: the run has an incident, as if work had failed.")]
internal sealed class Fault() : ControlActivity(Code, Category, FaultType, Message)
{
    private static readonly ControlInput<string> Code = new("Code", "A code for programs; default 0.") { Default = "0" };
    private static readonly ControlInput<string> Category = new("Category", "The kind of fault; default General.") { Default = "General" };
    private static readonly ControlInput<string> FaultType = new("FaultType", "Whose fault it is; default System.") { Default = "System" };
    private static readonly ControlInput<string> Message = new("Message", "What the incident says.");

    public override ValueTask ExecuteAsync(Step step)
    {
        throw new FaultException(step.Get(Message) ?? "", $"{step.Get(FaultType)} {step.Get(Category)} {step.Get(Code)}");
    }
}

/// <summary>The fault of a Fault activity.</summary>
internal sealed class FaultException(string message, string classification) : Exception(message, new Exception(classification));
