using Dag.Activities.Sources;

namespace Dag.Activities.Tests.Sources;

public class FileNamePatternTests
{
    [Theory]
    [InlineData("*", "a.csv", true)]
    [InlineData("", "a.csv", true)]
    [InlineData("*.csv", "a.CSV", true)]
    [InlineData("*.csv", "a.csv.gz", false)]
    [InlineData("flights-?.json", "flights-1.json", true)]
    [InlineData("flights-?.json", "flights-12.json", false)]
    [InlineData("*.csv; *.json", "b.json", true)]
    [InlineData("*.csv; *.json", "b.tsv", false)]
    [InlineData("*.csv", "2026/a.csv", true)]
    [InlineData("2026/*.csv", "2026/a.csv", true)]
    [InlineData("2026/*.csv", "2025/a.csv", false)]
    public void A_pattern_is_matched_with_the_name_or_with_a_slash_with_the_path(string pattern, string relativePath, bool expected) =>
        Assert.Equal(expected, new FileNamePattern(pattern).Matches(relativePath, Path.GetFileName(relativePath)));

    [Theory]
    [InlineData("a.csv", false)]
    [InlineData(".hidden.csv", true)]
    [InlineData("a.csv.TMP", true)]
    [InlineData("a.csv.part", true)]
    [InlineData("a.csv~", true)]
    [InlineData("part.csv", false)]
    public void Hidden_names_and_names_of_files_still_written_are_left_out(string name, bool expected) =>
        Assert.Equal(expected, FileNamePattern.IsHiddenOrPartial(name));
}
