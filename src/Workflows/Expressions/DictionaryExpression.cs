using System.Text.Json;
using Dag.Workflows.Definitions;
using Dag.Workflows.Runs;
using Dag.Workflows.Scripts;
using Dag.Workflows.Values;

namespace Dag.Workflows.Expressions;

/// <summary>Values by name of which some are expressions, as the designer's table of them holds it.</summary>
internal sealed class DictionaryExpression : Expression
{
    private readonly Type _type;

    private DictionaryExpression(IReadOnlyList<KeyValuePair<string, Expression>> members, Type type)
    {
        Members = members;
        IsScript = members.Any(m => m.Value.IsScript);
        _type = type;
    }

    public IReadOnlyList<KeyValuePair<string, Expression>> Members { get; }

    public override bool IsScript { get; }

    /// <summary>
    /// Compiles a JSON object, or the text of one, in which a value is an expression if it consists of a <c>type</c> that is a language,
    /// and a <c>value</c>. Null if there is none such: then it is a value like any other.
    /// </summary>
    public static DictionaryExpression? Compile(JsonElement expression, Type type, IScriptEngine scripts)
    {
        if (JsonMembers.Text(expression, "type") is not (null or "Literal" or "Object" or "Json") || JsonMembers.ObjectIn(JsonMembers.Get(expression, "value")) is not { } values
            || !values.EnumerateObject().Any(v => IsExpression(v.Value)))
        {
            return null;
        }

        // Of a name that is there twice, the last counts, as everywhere in JSON here.
        var members = new Dictionary<string, Expression>();
        foreach (var value in values.EnumerateObject())
        {
            members[value.Name] = Member(value.Value, scripts);
        }

        return new DictionaryExpression([.. members], type);
    }

    /// <summary>Whether a value of a dictionary is an expression.</summary>
    public static bool IsExpression(JsonElement value) =>
        value.IsObject() && value.GetPropertyCount() == 2 && value.TryGetProperty("value", out _)
        && JsonMembers.Text(value, "type") is { } language && ExpressionCompiler.Languages.Contains(language);

    public override object? Evaluate(RunState state, Execution scope) =>
        throw new ExpressionException("Expressions cannot be used within the values of this input. Write the values themselves.");

    public override async ValueTask<object?> EvaluateAsync(Step step)
    {
        var values = new Dictionary<string, object?>(Members.Count);
        foreach (var (name, member) in Members)
        {
            try
            {
                values[name] = await step.EvaluateAsync(member);
            }
            catch (ExpressionException e)
            {
                throw new ExpressionException($"'{name}': {e.Message}", e);
            }
        }

        return VariableExpression.ConvertOrFail(values, _type, "The values");
    }

    private static Expression Member(JsonElement value, IScriptEngine scripts)
    {
        if (!IsExpression(value))
        {
            return new ConstantExpression(ValueConverter.FromJson(value), null);
        }

        // The table has one line of text for each value: JSON there is what the text describes, or nothing but texts could be written.
        return JsonMembers.Text(value, "type") is "Object" && JsonMembers.Text(value, "value") is { } json
            ? ExpressionCompiler.Json(json, typeof(object))
            : ExpressionCompiler.Compile(value, typeof(object), scripts);
    }
}
