using System.Collections;
using Dag.Workflows.Values;

namespace Dag.Workflows.Activities;

/// <summary>The editors that the designer has for inputs, in Elsa's names, and which one a type gets.</summary>
public static class UIHints
{
    /// <summary>One line of text.</summary>
    public const string SingleLine = "singleline";

    /// <summary>Several lines of text.</summary>
    public const string MultiLine = "multiline";

    /// <summary>Yes or no.</summary>
    public const string Checkbox = "checkbox";

    /// <summary>Any of a few values.</summary>
    public const string CheckList = "checklist";

    /// <summary>One of a few values.</summary>
    public const string DropDown = "dropdown";

    /// <summary>A list of texts.</summary>
    public const string MultiText = "multitext";

    /// <summary>JSON.</summary>
    public const string Json = "json-editor";

    /// <summary>Code, with the language's colours.</summary>
    public const string Code = "code-editor";

    /// <summary>
    /// Values by name, a table of them. A value <c>{"type": "Variable", "value": "rows"}</c> is an expression, as in Elsa; any other is
    /// itself. An expression of type Object is the JSON value that its text describes.
    /// </summary>
    public const string Dictionary = "dictionary";

    /// <summary>A date and a time.</summary>
    public const string DateTime = "datetime-picker";

    /// <summary>One of the workflow's variables.</summary>
    public const string Variable = "variable-picker";

    /// <summary>One of the workflow's outputs.</summary>
    public const string Output = "output-picker";

    /// <summary>One of the workflow's outcomes.</summary>
    public const string Outcome = "outcome-picker";

    /// <summary>One of the workflows.</summary>
    public const string WorkflowDefinition = "workflow-definition-picker";

    /// <summary>The cases of a switch that holds activities.</summary>
    public const string Switch = "switch-editor";

    /// <summary>The cases of a switch in a flowchart.</summary>
    public const string FlowSwitch = "flow-switch-editor";

    /// <summary>The names of outcomes, each of which becomes a port.</summary>
    public const string DynamicOutcomes = "dynamic-outcomes";

    /// <summary>HTTP status codes, each of which becomes a port.</summary>
    public const string HttpStatusCodes = "http-status-codes";

    /// <summary>Whether an editor holds a list, as the JSON text of an expression of type Object.</summary>
    public static bool IsList(string editor) => editor is MultiText or CheckList or DynamicOutcomes or HttpStatusCodes;

    /// <summary>The editor for values of a type, when nothing else is said.</summary>
    /// <param name="type">The type.</param>
    /// <param name="hasOptions">Whether the values to choose from are known.</param>
    public static string For(Type type, bool hasOptions)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var isList = type != typeof(string) && type != typeof(byte[]) && type.IsAssignableTo(typeof(IEnumerable)) && !IsDictionary(type);
        return type switch
        {
            _ when isList => hasOptions ? CheckList : IsTexts(type) ? MultiText : Json,
            _ when hasOptions || type.IsEnum => DropDown,
            _ when type == typeof(bool) => Checkbox,
            _ when type == typeof(DateTimeOffset) => DateTime,
            _ when IsDictionary(type) => Json,
            _ => SingleLine,
        };
    }

    private static bool IsTexts(Type type) => type.IsGenericType && TypeAliases.NameOf(type.GetGenericArguments()[0]) is not "Object";

    private static bool IsDictionary(Type type) =>
        type.IsGenericType && type.GetGenericArguments().Length == 2 && type.IsAssignableTo(typeof(IEnumerable));
}
