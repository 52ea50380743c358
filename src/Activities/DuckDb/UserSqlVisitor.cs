using System.Text.Json;

namespace Dag.Activities.DuckDb;

/// <summary>Walks through a parsed statement: collects its tables, and refuses functions that reach beyond them.</summary>
internal sealed class UserSqlVisitor
{
    private static readonly StringComparer Names = StringComparer.OrdinalIgnoreCase;

    // Whatever else can stand in FROM reads files, or the engine's own state, or changes it.
    private static readonly HashSet<string> TableFunctions = new(Names) { "range", "generate_series", "unnest", "json_each", "json_tree" };

    private static readonly HashSet<string> RefusedFunctions = new(Names)
    {
        "sleep_ms", "pg_sleep", "write_log", "nextval", "currval", "current_setting", "getenv",
    };

    private readonly List<(string Schema, string Name)> _tables = [];
    private readonly HashSet<string> _named = new(Names);
    private readonly HashSet<string> _variables = new(Names);

    /// <exception cref="UserSqlException">Something in it is not allowed.</exception>
    public UserSqlVisitor(JsonElement statement)
    {
        Visit(statement);
        Tables = [.. _tables.Distinct().Select(t => new UserTable(t.Schema, t.Name, t.Schema.Length == 0 && _named.Contains(t.Name)))];
    }

    /// <summary>The tables that it names, each once.</summary>
    public IReadOnlyList<UserTable> Tables { get; }

    /// <summary>The variables that it reads, each once.</summary>
    public IReadOnlyList<string> Variables => [.. _variables];

    /// <summary>A member that is a text; null when there is none.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private void Visit(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Visit(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object && Text(element, "class") != "CONSTANT")
        {
            Look(element);
            foreach (var member in element.EnumerateObject())
            {
                // The function of a table function has been looked at; its arguments have not.
                Visit(Text(element, "type") == "TABLE_FUNCTION" && member.NameEquals("function") ? member.Value.GetProperty("children") : member.Value);
            }
        }
    }

    private void Look(JsonElement element)
    {
        if (element.TryGetProperty("cte_map", out var named) && named.TryGetProperty("map", out var map))
        {
            _named.UnionWith(map.EnumerateArray().Select(e => Text(e, "key") ?? ""));
        }

        switch (Text(element, "type"))
        {
            case "TABLE_FUNCTION" when Text(element.GetProperty("function"), "function_name") is var name && !TableFunctions.Contains(name ?? ""):
                throw new UserSqlException($"The function {name} cannot be used in FROM: only {string.Join(", ", TableFunctions)} and the datasets can.");
            case "BASE_TABLE" when Text(element, "catalog_name") is { Length: > 0 } catalog:
                throw new UserSqlException($"The table {catalog}.{Text(element, "schema_name")}.{Text(element, "table_name")} cannot be read: put quotes around the name of a dataset with points.");
            case "BASE_TABLE":
                _tables.Add((Text(element, "schema_name") ?? "", Text(element, "table_name") ?? ""));
                break;
            case "SHOW_REF" when element.GetProperty("query").ValueKind != JsonValueKind.Object:
                throw new UserSqlException("SHOW cannot be used.");
            case "FUNCTION" when Text(element, "function_name") is { } name && RefusedFunctions.Contains(name):
                throw new UserSqlException($"The function {name} cannot be used.");
            case "FUNCTION" when Names.Equals(Text(element, "function_name"), "getvariable"):
                _variables.Add(VariableOf(element));
                break;
            case "PARAMETER" or "VALUE_PARAMETER":
                throw new UserSqlException("Parameters are read with getvariable('name').");
        }
    }

    // Only the values that are read are given to the engine, so their names must stand in the SQL.
    private static string VariableOf(JsonElement function) =>
        function.TryGetProperty("children", out var children) && children.GetArrayLength() == 1
            && children[0].TryGetProperty("value", out var constant) && constant.ValueKind == JsonValueKind.Object && Text(constant, "value") is { } name
            ? name
            : throw new UserSqlException("getvariable takes one name, as in getvariable('since').");
}
