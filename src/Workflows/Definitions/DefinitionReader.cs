using System.Text;
using System.Text.Json;

namespace Dag.Workflows.Definitions;

/// <summary>Reads Elsa 3 workflow JSON with Elsa's tolerances.</summary>
public static class DefinitionReader
{
    /// <summary>How deep a document may nest; containers use three levels each.</summary>
    public const int MaxDepth = 256;

    /// <summary>How large a document may be, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new()
    {
        MaxDepth = MaxDepth,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads a definition from text.</summary>
    /// <exception cref="DefinitionException">The text is no workflow definition.</exception>
    public static WorkflowDefinition Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    /// <summary>Reads a definition from UTF-8, with or without a byte order mark.</summary>
    /// <exception cref="DefinitionException">The bytes are no workflow definition.</exception>
    public static WorkflowDefinition Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
        {
            throw Fault("document", $"The definition has {utf8.Length:N0} bytes.", $"Keep it under {MaxBytes:N0} bytes: data belongs in files.");
        }

        if (utf8.Span.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return Read(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw Fault(
                e.LineNumber is null ? "document" : $"line {e.LineNumber + 1}, position {e.BytePositionInLine + 1}",
                utf8.Span.Trim(" \t\r\n"u8).IsEmpty ? "The file is empty." : "The text is not JSON: " + FirstSentence(e.Message),
                "Export the workflow again, or mend the text there.");
        }
    }

    /// <summary>Reads a definition from an element, which must outlive it.</summary>
    /// <exception cref="DefinitionException">The element is no workflow definition.</exception>
    public static WorkflowDefinition Read(JsonElement source)
    {
        if (!source.IsObject())
        {
            throw Fault("document", $"The document is a JSON {source.ValueKind.ToString().ToLowerInvariant()}.", "A workflow definition is an object with \"root\".");
        }

        CheckText(source, "document");
        var root = JsonMembers.Get(source, "root");
        if (!root.IsMissing() && !root.IsObject())
        {
            throw Fault("root", "\"root\" is not an object.", "It must be one activity, usually an Elsa.Flowchart.");
        }

        if (root.IsMissing() && JsonMembers.Get(source, "definitionId").IsMissing() && JsonMembers.Get(source, "name").IsMissing())
        {
            throw Fault("document", "The object has no \"root\".", "A workflow definition is an object with \"root\".");
        }

        var version = JsonMembers.Number(source, "version") ?? 1;
        var name = JsonMembers.Text(source, "name");
        var definitionId = NotBlank(JsonMembers.Text(source, "definitionId")) ?? NotBlank(name) ?? "workflow";
        var options = JsonMembers.Get(source, "options");
        return new WorkflowDefinition
        {
            Id = NotBlank(JsonMembers.Text(source, "id")) ?? $"{definitionId}-v{version}",
            DefinitionId = definitionId,
            Name = NotBlank(name) ?? definitionId,
            Description = JsonMembers.Text(source, "description"),
            Version = version,
            IsLatest = JsonMembers.Flag(source, "isLatest"),
            IsPublished = JsonMembers.Flag(source, "isPublished"),
            Variables = Variables(JsonMembers.Get(source, "variables")),
            Inputs = Parameters(JsonMembers.Get(source, "inputs")),
            Outputs = Parameters(JsonMembers.Get(source, "outputs")),
            Outcomes = Texts(JsonMembers.Get(source, "outcomes")),
            Options = new WorkflowOptions
            {
                ActivityCategory = NotBlank(JsonMembers.Text(options, "activityCategory")),
                UsableAsActivity = JsonMembers.Flag(options, "usableAsActivity") || JsonMembers.Flag(source, "usableAsActivity"),
                ActivationStrategyType = JsonMembers.Text(options, "activationStrategyType"),
                IncidentStrategyType = JsonMembers.Text(options, "incidentStrategyType"),
            },
            Root = root.IsObject() ? Activity(root) : null,
            Source = source,
        };
    }

    /// <summary>Reads one activity.</summary>
    internal static ActivityDefinition Activity(JsonElement source) => new()
    {
        Id = JsonMembers.Text(source, "id") ?? "",
        Type = JsonMembers.Text(source, "type") ?? "",
        Version = JsonMembers.Number(source, "version") is > 0 and var version ? version : null,
        Name = NotBlank(JsonMembers.Text(source, "name")),
        Source = source,
    };

    /// <summary>Reads the connections of a flowchart: nested endpoints, or the older flat form.</summary>
    internal static IEnumerable<ConnectionDefinition> Connections(JsonElement list)
    {
        foreach (var item in JsonMembers.Items(list))
        {
            var source = JsonMembers.Get(item, "source");
            var target = JsonMembers.Get(item, "target");
            if (source.IsObject() && target.IsObject())
            {
                yield return new ConnectionDefinition(
                    JsonMembers.Text(source, "activity") ?? JsonMembers.Text(source, "activityId") ?? "",
                    JsonMembers.Text(source, "port"),
                    JsonMembers.Text(target, "activity") ?? JsonMembers.Text(target, "activityId") ?? "");
            }
            else
            {
                yield return new ConnectionDefinition(
                    JsonMembers.Text(item, "source") ?? "", JsonMembers.Text(item, "sourcePort"), JsonMembers.Text(item, "target") ?? "");
            }
        }
    }

    /// <summary>Reads variables; those without a name are called Variable1, Variable2, … as Elsa does.</summary>
    internal static IReadOnlyList<VariableDefinition> Variables(JsonElement list)
    {
        var variables = new List<VariableDefinition>();
        foreach (var item in JsonMembers.Items(list).Where(JsonMembers.IsObject))
        {
            var name = NotBlank(JsonMembers.Text(item, "name")) ?? $"Variable{variables.Count + 1}";
            variables.Add(new VariableDefinition(
                NotBlank(JsonMembers.Text(item, "id")) ?? name,
                name,
                JsonMembers.Text(item, "typeName"),
                JsonMembers.Flag(item, "isArray"),
                JsonMembers.Get(item, "value"),
                JsonMembers.Text(item, "storageDriverTypeName")));
        }

        return variables;
    }

    /// <summary>Refuses text that is no Unicode. Bytes that are no UTF-8, and halves of surrogate pairs, are found only when a text is asked for: better here than later.</summary>
    /// <exception cref="DefinitionException">There is some; the message says where.</exception>
    internal static void CheckText(JsonElement element, string place)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    element.GetString();
                    break;
                case JsonValueKind.Array:
                    var index = 0;
                    foreach (var item in element.EnumerateArray())
                    {
                        CheckText(item, item.ValueKind is JsonValueKind.Number ? place : $"{place}[{index}]");
                        index++;
                    }

                    break;
                case JsonValueKind.Object:
                    foreach (var member in element.EnumerateObject())
                    {
                        CheckText(member.Value, member.Name);
                    }

                    break;
            }
        }
        catch (InvalidOperationException)
        {
            throw Fault(place, "It holds text that is not valid Unicode.", "Save the file as UTF-8.");
        }
    }

    private static List<ParameterDefinition> Parameters(JsonElement list) =>
    [
        .. from item in JsonMembers.Items(list).Where(JsonMembers.IsObject)
           let name = NotBlank(JsonMembers.Text(item, "name"))
           where name is not null
           select new ParameterDefinition(
               name,
               JsonMembers.Text(item, "type") ?? JsonMembers.Text(item, "typeName"),
               JsonMembers.Flag(item, "isArray"),
               JsonMembers.Get(item, "defaultValue")),
    ];

    private static List<string> Texts(JsonElement list) =>
        list.ValueKind is JsonValueKind.Array or JsonValueKind.Object
            ? [.. JsonMembers.Items(list).Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)]
            : [];

    private static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string FirstSentence(string message) => message.Split(" LineNumber:")[0].Split(" Path:")[0];

    private static DefinitionException Fault(string place, string message, string fix) => new([new DefinitionFault(place, message, fix)]);
}
