using System.Text.Json;

namespace Dag.Activities.DuckDb;

/// <summary>
/// Looks at SQL that a user wrote before it is run: one SELECT over named tables, and no function that reaches outside of them. The
/// connection's own limits (<see cref="DuckDbSettings.AllowedFolders"/>) hold besides; this is what they do not cover, such as functions
/// that change the database, or end the process, from within a SELECT.
/// </summary>
internal static class UserSql
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 2_000 };

    /// <summary>Parses what must be one SELECT.</summary>
    /// <exception cref="UserSqlException">It is not allowed, or does not parse.</exception>
    public static UserQuery Parse(DuckDbConnection connection, string sql)
    {
        using var parsed = ParseStatement(connection, sql);
        var node = parsed.RootElement.GetProperty("node");
        var ordered = node.TryGetProperty("modifiers", out var modifiers)
            && modifiers.EnumerateArray().Any(m => UserSqlVisitor.Text(m, "type") == "ORDER_MODIFIER");
        var visitor = new UserSqlVisitor(parsed.RootElement);
        return new UserQuery(visitor.Tables, visitor.Variables, ordered);
    }

    /// <summary>Refuses what is not a condition on the rows of this table.</summary>
    /// <exception cref="UserSqlException">It is not allowed, or does not parse.</exception>
    public static void CheckCondition(DuckDbConnection connection, string condition, string table)
    {
        using var parsed = ParseStatement(connection, $"SELECT 1 FROM {DuckDbSql.Identifier(table)} WHERE ({condition}\n)");
        var node = parsed.RootElement.GetProperty("node");
        var isCondition = UserSqlVisitor.Text(node, "type") == "SELECT_NODE" && node.GetProperty("where_clause").ValueKind == JsonValueKind.Object
            && IsNothing(node, "modifiers") && IsNothing(node, "group_expressions") && IsNothing(node, "having")
            && IsNothing(node, "qualify") && IsNothing(node, "sample");
        if (!isCondition)
        {
            throw new UserSqlException("It must be one condition, such as delay < 0 AND distance > 100.");
        }

        var visitor = new UserSqlVisitor(parsed.RootElement);
        if (visitor.Tables.FirstOrDefault(t => !t.IsNamedQuery && t.ToString() != table) is { } other)
        {
            throw new UserSqlException($"It cannot read {other}, only {table}.");
        }

        if (visitor.Variables is [var variable, ..])
        {
            throw new UserSqlException($"It has no variable {variable}: write the value itself.");
        }
    }

    private static JsonDocument ParseStatement(DuckDbConnection connection, string sql)
    {
        if (sql.Contains('\0'))
        {
            throw new UserSqlException("SQL cannot hold a NUL character.");
        }

        using var document = Read((string)connection.Scalar($"SELECT json_serialize_sql({DuckDbSql.Literal(sql)})")!);
        if (document.RootElement.GetProperty("error").GetBoolean())
        {
            throw new UserSqlException(UserSqlVisitor.Text(document.RootElement, "error_type") == "not implemented"
                ? "Only one SELECT can be run: nothing that changes or reads anything but the datasets."
                : UserSqlVisitor.Text(document.RootElement, "error_message") ?? "It does not parse.");
        }

        var statements = document.RootElement.GetProperty("statements");
        return statements.GetArrayLength() == 1
            ? Read(statements[0].GetRawText())
            : throw new UserSqlException(statements.GetArrayLength() == 0 ? "There is no statement in it." : "Only one SELECT can be run.");
    }

    private static JsonDocument Read(string json)
    {
        try
        {
            return JsonDocument.Parse(json, Deep);
        }
        catch (JsonException e)
        {
            throw new UserSqlException($"It is nested too deeply ({e.Message})");
        }
    }

    private static bool IsNothing(JsonElement node, string name) => !node.TryGetProperty(name, out var value)
        || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
}
