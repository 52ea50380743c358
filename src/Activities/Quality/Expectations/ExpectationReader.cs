using System.Text.Json;
using Dag.Activities.Lake;
using Dag.Workflows.Values;

namespace Dag.Activities.Quality;

/// <summary>Reads the list of expectations, strictly: all faults at once.</summary>
internal static class ExpectationReader
{
    /// <summary>The most expectations of one list.</summary>
    public const int MostExpectations = 1000;

    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    private static readonly Dictionary<string, Func<ExpectationMembers, Expectation>> Kinds = new(StringComparer.Ordinal)
    {
        ["notNull"] = NotNullExpectation.Read,
        ["unique"] = UniqueExpectation.Read,
        ["between"] = BetweenExpectation.Read,
        ["inSet"] = InSetExpectation.Read,
        ["matches"] = MatchesExpectation.Read,
        ["length"] = LengthExpectation.Read,
        ["compare"] = CompareExpectation.Read,
        ["sql"] = SqlExpectation.Read,
        ["rowCount"] = RowCountExpectation.Read,
        ["columns"] = ColumnsExpectation.Read,
        ["freshness"] = FreshnessExpectation.Read,
    };

    /// <summary>Reads them from JSON text, or from a list that a workflow made.</summary>
    public static IReadOnlyList<Expectation> Read(object? value, List<string> faults)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(ValueConverter.ToText(value), Options);
        }
        catch (JsonException e)
        {
            faults.Add($"expectations is no JSON: {e.Message}");
            return [];
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                faults.Add("expectations must be a JSON list, such as [{\"check\": \"notNull\", \"column\": \"id\"}].");
                return [];
            }

            return Read(document.RootElement, faults);
        }
    }

    private static List<Expectation> Read(JsonElement list, List<string> faults)
    {
        var expectations = new List<Expectation>();
        var number = 0;
        foreach (var element in list.EnumerateArray())
        {
            number++;
            if (ReadOne(element, number, faults) is { } expectation)
            {
                expectations.Add(expectation);
            }
        }

        if (number is 0 or > MostExpectations)
        {
            faults.Add(number == 0 ? "expectations is empty: write at least one." : $"expectations has more than {MostExpectations:N0} entries: check the dataset in several steps.");
        }

        foreach (var twice in expectations.GroupBy(e => e.Name).Where(g => g.Count() > 1 && g.Any(e => e.GivenName.Length > 0)))
        {
            faults.Add($"The name '{twice.Key}' is given to {twice.Count()} expectations: give each a name of its own.");
        }

        return expectations;
    }

    private static Expectation? ReadOne(JsonElement element, int number, List<string> faults)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"Expectation {number} must be an object, such as {{\"check\": \"notNull\", \"column\": \"id\"}}.");
            return null;
        }

        var check = element.TryGetProperty("check", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (!Kinds.TryGetValue(check, out var read))
        {
            faults.Add(check.Length == 0
                ? $"Expectation {number} does not say what to check: write \"check\" with one of {string.Join(", ", Kinds.Keys)}."
                : $"Expectation {number}: the check '{check}' is not known. {ColumnNames.Suggest(check, Kinds.Keys, "There are")}");
            return null;
        }

        var members = new ExpectationMembers(element, check, number, faults);
        var expectation = read(members);
        members.RefuseOthers();
        return expectation;
    }
}
