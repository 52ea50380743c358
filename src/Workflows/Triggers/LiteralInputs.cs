using Dag.Workflows.Activities;
using Dag.Workflows.Expressions;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Triggers;

/// <summary>The inputs of a trigger that starts runs: literals, as there is no run yet that could evaluate anything else.</summary>
internal static class LiteralInputs
{
    /// <exception cref="ActivityException">An input is no literal, or cannot be read.</exception>
    public static Dictionary<string, object?> Of(Node node)
    {
        var inputs = new Dictionary<string, object?>();
        var descriptors = node.Descriptor.Inputs;
        for (var i = 0; i < descriptors.Count; i++)
        {
            switch (node.Inputs[i])
            {
                case null:
                    break;
                case ConstantExpression { Error: null } constant:
                    inputs[descriptors[i].Name] = constant.Value;
                    break;
                case ConstantExpression constant:
                    throw new ActivityException($"Input '{descriptors[i].Name}' of trigger '{node.Id}': {constant.Error}");
                default:
                    throw new ActivityException(
                        $"Input '{descriptors[i].Name}' of trigger '{node.Id}' must be a literal: there is no run yet whose variables it could use.");
            }
        }

        return inputs;
    }
}
