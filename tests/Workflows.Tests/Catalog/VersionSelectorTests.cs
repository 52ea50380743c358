using Dag.Workflows.Catalog;

namespace Dag.Workflows.Tests.Catalog;

public sealed class VersionSelectorTests
{
    [Fact]
    public void Elsas_words_are_read_in_any_case()
    {
        (string Text, VersionSelector Meaning)[] words =
        [
            ("Latest", VersionSelector.Latest), ("published", VersionSelector.Published),
            ("LatestOrPublished", VersionSelector.LatestOrPublished),
            ("LATESTANDPUBLISHED", VersionSelector.LatestAndPublished), ("draft", VersionSelector.Draft),
            ("AllVersions", VersionSelector.All),
            ("7", VersionSelector.Specific(7)),
        ];
        foreach (var (text, meaning) in words)
        {
            Assert.True(VersionSelector.TryParse(text, out var selector), text);
            Assert.Equal(meaning, selector);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("newest")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public void Anything_else_is_refused(string text) => Assert.False(VersionSelector.TryParse(text, out _));
}
