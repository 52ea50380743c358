using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Scripts;

/// <summary>What is wrong with the scripts of a workflow, as far as compiling them tells.</summary>
internal static class ScriptValidator
{
    public static async ValueTask ValidateAsync(
        IReadOnlyList<ScriptUse> scripts, IScriptEngine engine, List<DefinitionFault> faults, CancellationToken cancellationToken)
    {
        foreach (var (node, input, script) in scripts)
        {
            if (script is null)
            {
                continue;
            }

            try
            {
                if (await engine.FindFaultAsync(script, cancellationToken) is { } fault)
                {
                    faults.Add(new DefinitionFault(node.NodeId, $"Input '{input}' is no valid JavaScript: {fault}.", "Correct the script.") { AllowedInRun = true });
                }
            }
            catch (ScriptUnavailableException e)
            {
                // One sentence is enough, however many scripts there are.
                faults.Add(new DefinitionFault(node.NodeId, $"Input '{input}' is JavaScript, which cannot be run here.", e.Message) { AllowedInRun = true });
                return;
            }
            catch (ScriptException e)
            {
                faults.Add(new DefinitionFault(node.NodeId, $"Input '{input}' cannot be compiled: {e.Message}", "Make the script simpler.") { AllowedInRun = true });
            }
        }
    }
}

/// <summary>A script and where it is used.</summary>
/// <param name="Node">The activity.</param>
/// <param name="Input">The input.</param>
/// <param name="Script">The script; null when it is only known when it runs.</param>
internal readonly record struct ScriptUse(Node Node, string Input, Script? Script);
