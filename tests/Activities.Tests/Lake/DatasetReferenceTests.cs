using System.Text.Json;
using Dag.Activities.Lake;
using Dag.Workflows.Values;

namespace Dag.Activities.Tests.Lake;

public sealed class DatasetReferenceTests
{
    [Theory]
    [InlineData("flights", "flights", null)]
    [InlineData(" flights@3 ", "flights", 3)]
    [InlineData("flights@latest", "flights", null)]
    [InlineData("eu.flights_2026-01@12", "eu.flights_2026-01", 12)]
    [InlineData("{\"dataset\":\"flights\",\"version\":3}", "flights", 3)]
    [InlineData("{\"Dataset\":\"flights\",\"version\":null,\"rows\":7}", "flights", null)]
    public void Texts_and_json_are_read(string text, string dataset, int? version) =>
        Assert.Equal(new DatasetReference(dataset, version), DatasetReference.Parse(text));

    [Fact]
    public void An_input_of_an_activity_takes_every_form()
    {
        var reference = new DatasetReference("flights", 3);

        Assert.Equal(reference, ValueConverter.Convert("flights@3", typeof(DatasetReference)));
        Assert.Equal(reference, ValueConverter.Convert("{\"dataset\":\"flights\",\"version\":3}", typeof(DatasetReference)));
        var members = new Dictionary<string, object?> { ["dataset"] = "flights", ["version"] = 3 };
        Assert.Equal(reference, ValueConverter.Convert(members, typeof(DatasetReference)));
        Assert.Contains(
            "names no dataset", Assert.Throws<FormatException>(() => ValueConverter.Convert("../x", typeof(DatasetReference))).InnerException!.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@3")]
    [InlineData("flights@")]
    [InlineData("flights@0")]
    [InlineData("flights@-1")]
    [InlineData("flights@three")]
    [InlineData("../flights")]
    [InlineData("a/b")]
    [InlineData("{\"dataset\":\"../x\"}")]
    [InlineData("{\"version\":3}")]
    [InlineData("{\"dataset\":\"a\",\"version\":\"3\"}")]
    [InlineData("{")]
    public void What_names_no_dataset_is_refused_with_the_accepted_forms(string text) =>
        Assert.Contains("flights@3", Assert.Throws<FormatException>(() => DatasetReference.Parse(text)).Message);

    [Fact]
    public void Json_has_the_name_and_the_version_if_there_is_one()
    {
        Assert.Equal("{\"dataset\":\"flights\",\"version\":3}", JsonSerializer.Serialize(new DatasetReference("flights", 3)));
        Assert.Equal("{\"dataset\":\"flights\"}", JsonSerializer.Serialize(new DatasetReference("flights")));
        Assert.Equal(new DatasetReference("flights", 3), JsonSerializer.Deserialize<DatasetReference>("\"flights@3\""));
        Assert.Equal("flights@3", new DatasetReference("flights", 3).ToString());
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".staging")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData("a\n")]
    [InlineData("straße")]
    [InlineData(null)]
    public void Names_that_could_lead_out_of_the_lake_are_not_valid(string? name) => Assert.False(DatasetName.IsValid(name));
}
