using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Tests.Runs;

/// <summary>
/// A run's state as text: every field of every object in it, found by reflection, so that a field that is added and forgotten somewhere
/// makes texts differ. Values come with their types.
/// </summary>
internal static class StateText
{
    public static string Of(RunState state)
    {
        var text = new StringBuilder();
        var executions = new SortedDictionary<long, Execution>();
        var waiting = new Queue<Execution>();
        Fields(text, state, Reach, "");
        while (waiting.TryDequeue(out var execution))
        {
            text.Append('\n').Append('#').Append(execution.Id);
            Fields(text, execution, Reach, "  ");
        }

        return text.ToString();

        void Reach(Execution execution)
        {
            if (executions.TryAdd(execution.Id, execution))
            {
                waiting.Enqueue(execution);
            }
        }
    }

    private static void Fields(StringBuilder text, object owner, Action<Execution> reach, string indent)
    {
        foreach (var field in FieldsOf(owner.GetType()))
        {
            // Looking ahead leaves nothing behind; what was kept aside for the store is no part of the state.
            if (field.Name.Contains("rial", StringComparison.Ordinal) || field.FieldType == typeof(ValueKeeper) || field.FieldType == typeof(FlowGraph) || field.FieldType == typeof(LinkedListNode<Execution>))
            {
                continue;
            }

            text.Append('\n').Append(indent).Append(field.Name).Append(" = ");
            Value(text, field.GetValue(owner), reach, indent);
        }
    }

    private static void Value(StringBuilder text, object? value, Action<Execution> reach, string indent)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case Node node:
                text.Append(node.NodeId);
                break;
            case WorkflowGraph:
                break;
            case Execution execution:
                text.Append('#').Append(execution.Id);
                reach(execution);
                break;
            case BlobReference blob:
                text.Append("blob ").Append(blob.Hash);
                break;
            case string or bool or Enum or Guid or DateTimeOffset or TimeSpan or int or long or byte or double or decimal:
                text.Append(value.GetType().Name).Append(' ').Append(Plain(value));
                break;
            case Dictionary<long, Execution> open:
                text.AppendJoin(' ', open.Keys.Order());
                foreach (var execution in open.Values.OrderBy(e => e.Id))
                {
                    reach(execution);
                }

                break;
            case IDictionary entries:
                Entries(text, entries, reach, indent);
                break;
            case IEnumerable items:
                text.Append(NameOf(items)).Append('[');
                foreach (var item in items)
                {
                    Value(text, item, reach, indent);
                    text.Append("; ");
                }

                text.Append(']');
                break;
            default:
                Fields(text.Append(value.GetType().Name), value, reach, indent + "  ");
                break;
        }
    }

    private static void Entries(StringBuilder text, IDictionary entries, Action<Execution> reach, string indent)
    {
        text.Append(NameOf(entries)).Append('{');
        foreach (var (name, key) in entries.Keys.Cast<object>().Select(k => ((k as Node)?.NodeId ?? (string)k, k)).OrderBy(k => k.Item1, StringComparer.Ordinal))
        {
            text.Append(name).Append(": ");
            Value(text, entries[key], reach, indent);
            text.Append("; ");
        }

        text.Append('}');
    }

    // Arrays and lists of ours may be exchanged freely; values are lists and dictionaries of objects, and nothing else.
    private static string NameOf(IEnumerable items) =>
        items is List<object?> or Dictionary<string, object?> or Dictionary<Node, Dictionary<string, object?>> or Array or Queue<Execution> or LinkedList<Execution> or List<Incident> or List<VariableSlot> ? "" : items.GetType().ToString();

    private static string Plain(object value) => value is DateTimeOffset time ? time.ToString("O") : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (var t = type; t is not null && t != typeof(object); t = t.BaseType)
        {
            foreach (var field in t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }
}
