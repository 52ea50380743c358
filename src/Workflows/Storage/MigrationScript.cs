using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Dag.Workflows.Storage;

/// <summary>One numbered script of a source, as it applies to one dialect.</summary>
internal sealed partial record MigrationScript(string Source, int Number, string Name, string Sql)
{
    /// <summary>SHA-256 of the script with Unix line ends, so that a checkout on Windows has the same one.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The tables that it makes.</summary>
    public IEnumerable<string> Tables => TableName().Matches(Sql).Select(m => m.Groups["table"].Value);

    /// <summary>The scripts of a source for a dialect, in the order of their numbers.</summary>
    public static IReadOnlyList<MigrationScript> Of(MigrationSource source, SqlDialect dialect)
    {
        var scripts = new SortedList<int, MigrationScript>();
        foreach (var resource in source.Assembly.GetManifestResourceNames().Where(r => Belongs(source, r)))
        {
            var match = ScriptName().Match(resource);
            if (!match.Success || !AppliesTo(match.Groups["dialect"].Value, dialect))
                continue;

            var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
            var script = new MigrationScript(source.Name, number, match.Groups["name"].Value, ReadText(source, resource));
            if (!scripts.TryAdd(number, script))
            {
                throw new MigrationException(
                    $"The migrations {number:0000}_{scripts[number].Name} and {number:0000}_{script.Name} of '{source.Name}' have the " +
                    "same number: give the newer one the next free number.");
            }
        }

        return [.. scripts.Values];
    }

    private static bool Belongs(MigrationSource source, string resource) =>
        source.Namespace is not { } space || resource.StartsWith(space + ".Migrations.", StringComparison.Ordinal);

    private static bool AppliesTo(string suffix, SqlDialect dialect) => suffix switch
    {
        "" => true,
        "sqlite" => dialect == SqlDialect.Sqlite,
        _ => dialect == SqlDialect.PostgreSql,
    };

    private static string ReadText(MigrationSource source, string resource)
    {
        using var reader = new StreamReader(source.Assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(
        @"(^|\.)Migrations\.(?<number>\d{4})_(?<name>\w+)(\.(?<dialect>sqlite|postgresql))?\.sql$", RegexOptions.ExplicitCapture)]
    private static partial Regex ScriptName();

    [GeneratedRegex(@"^\s*CREATE TABLE\s+(IF NOT EXISTS\s+)?(?<table>\w+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex TableName();
}
