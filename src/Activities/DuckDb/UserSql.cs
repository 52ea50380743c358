using System.Text.Json;

namespace Dag.Activities.DuckDb;

/// <summary>
/// Looks at SQL that a user wrote before it is run: one SELECT over named tables, and no function that reaches outside of them. The
/// connection's own limits (<see cref="DuckDbSettings.AllowedFolders"/>) hold besides; this is what they do not cover, such as functions
/// that change the database from within a SELECT.
/// </summary>
internal static class UserSql
{
    private static readonly StringComparer Names = StringComparer.OrdinalIgnoreCase;
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 10_000 };

    // Whatever else can stand in FROM reads files, or the engine's own state, or changes it.
    private static readonly HashSet<string> TableFunctions = new(Names) { "range", "generate_series", "unnest", "json_each", "json_tree" };

    private static readonly HashSet<string> RefusedFunctions = new(Names)
    {
        "sleep_ms", "pg_sleep", "write_log", "nextval", "currval", "current_setting", "getenv", "getvariable",
    };

    /// <summary>Refuses what is not one SELECT over these tables.</summary>
    /// <exception cref="UserSqlException">It is not allowed, or does not parse.</exception>
    public static void CheckQuery(DuckDbConnection connection, string sql, IReadOnlyCollection<string> tables)
    {
        using var parsed = Parse(connection, sql);
        new Visitor(tables, parsed.RootElement).Visit(parsed.RootElement);
    }

    /// <summary>Refuses what is not a condition on the rows of this table.</summary>
    /// <exception cref="UserSqlException">It is not allowed, or does not parse.</exception>
    public static void CheckCondition(DuckDbConnection connection, string condition, string table)
    {
        using var parsed = Parse(connection, $"SELECT 1 FROM {DuckDbSql.Identifier(table)} WHERE ({condition}\n)");
        var node = parsed.RootElement[0].GetProperty("node");
        var isCondition = Text(node, "type") == "SELECT_NODE" && node.GetProperty("where_clause").ValueKind == JsonValueKind.Object
            && IsNothing(node, "modifiers") && IsNothing(node, "group_expressions") && IsNothing(node, "having")
            && IsNothing(node, "qualify") && IsNothing(node, "sample");
        if (!isCondition)
        {
            throw new UserSqlException("It must be one condition, such as delay < 0 AND distance > 100.");
        }

        new Visitor([table], parsed.RootElement).Visit(parsed.RootElement);
    }

    private static JsonDocument Parse(DuckDbConnection connection, string sql)
    {
        if (sql.Contains('\0'))
        {
            throw new UserSqlException("SQL cannot hold a NUL character.");
        }

        using var document = JsonDocument.Parse((string)connection.Scalar($"SELECT json_serialize_sql({DuckDbSql.Literal(sql)})")!, Deep);
        if (document.RootElement.GetProperty("error").GetBoolean())
        {
            throw new UserSqlException(Text(document.RootElement, "error_type") == "not implemented"
                ? "Only one SELECT can be run: nothing that changes or reads anything but the datasets."
                : Text(document.RootElement, "error_message") ?? "It does not parse.");
        }

        var statements = document.RootElement.GetProperty("statements");
        return statements.GetArrayLength() == 1
            ? JsonDocument.Parse(statements.GetRawText(), Deep)
            : throw new UserSqlException("Only one SELECT can be run, and no semicolon can stand in it.");
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsNothing(JsonElement node, string name) => !node.TryGetProperty(name, out var value)
        || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    private sealed class Visitor
    {
        private readonly HashSet<string> _tables;
        private readonly string _known;

        public Visitor(IReadOnlyCollection<string> tables, JsonElement statements)
        {
            _tables = new HashSet<string>(tables, Names);
            _known = string.Join(", ", tables);
            AddNamedQueries(statements);
        }

        public void Visit(JsonElement element)
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
                Check(element);
                foreach (var member in element.EnumerateObject())
                {
                    // The function of a table function has been looked at; its arguments have not.
                    Visit(Text(element, "type") == "TABLE_FUNCTION" && member.NameEquals("function") ? member.Value.GetProperty("children") : member.Value);
                }
            }
        }

        private void Check(JsonElement element)
        {
            switch (Text(element, "type"))
            {
                case "TABLE_FUNCTION" when Text(element.GetProperty("function"), "function_name") is var name && !TableFunctions.Contains(name ?? ""):
                    throw new UserSqlException($"The function {name} cannot be used in FROM: only {string.Join(", ", TableFunctions)} and the datasets can.");
                case "BASE_TABLE" when Text(element, "table_name") is var name && (Text(element, "schema_name") is { Length: > 0 }
                    || Text(element, "catalog_name") is { Length: > 0 } || !_tables.Contains(name ?? "")):
                    throw new UserSqlException($"There is no dataset {name} here: the SQL can read {_known}.");
                case "SHOW_REF" when element.GetProperty("query").ValueKind != JsonValueKind.Object:
                    throw new UserSqlException("SHOW cannot be used.");
                case "FUNCTION" when Text(element, "function_name") is { } name && RefusedFunctions.Contains(name):
                    throw new UserSqlException($"The function {name} cannot be used.");
            }
        }

        // Names given by WITH can be read wherever they stand: what they stand for is looked at all the same.
        private void AddNamedQueries(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                {
                    AddNamedQueries(item);
                }
            }
            else if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in element.EnumerateObject())
                {
                    if (member.NameEquals("cte_map") && member.Value.TryGetProperty("map", out var map))
                    {
                        _tables.UnionWith(map.EnumerateArray().Select(e => Text(e, "key") ?? ""));
                    }

                    AddNamedQueries(member.Value);
                }
            }
        }
    }
}
