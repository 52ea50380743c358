using System.Text.Json;
using Dag.Activities.Models;

namespace Dag.Activities.Tests.Models;

public sealed class ModelReferenceTests
{
    [Theory]
    [InlineData("delay", null, null, "delay")]
    [InlineData(" delay@3 ", 3, null, "delay@3")]
    [InlineData("delay@latest", null, null, "delay")]
    [InlineData("delay@champion", null, "champion", "delay@champion")]
    [InlineData("""{"model":"delay","version":3}""", 3, null, "delay@3")]
    [InlineData("""{"Model":"delay","alias":"champion","version":null}""", null, "champion", "delay@champion")]
    public void Text_and_JSON_are_read(string text, int? version, string? alias, string written)
    {
        var reference = ModelReference.Parse(text);

        Assert.Equal(new ModelReference("delay", version, alias), reference);
        Assert.Equal(written, reference.ToString());
        Assert.Equal(reference, JsonSerializer.Deserialize<ModelReference>(JsonSerializer.Serialize(reference)));
        Assert.Equal(reference, JsonSerializer.Deserialize<ModelReference>(JsonSerializer.Serialize(written)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@3")]
    [InlineData("delay@0")]
    [InlineData("delay@")]
    [InlineData("../delay")]
    [InlineData("{}")]
    [InlineData("""{"model":"delay","version":-1}""")]
    [InlineData("""{"model":"../delay"}""")]
    [InlineData("""{"model":""")]
    public void What_names_no_model_is_refused_with_what_does(string text)
    {
        var fault = Assert.Throws<FormatException>(() => ModelReference.Parse(text));

        Assert.StartsWith($"'{text}' names no model: write a name such as delay", fault.Message);
    }
}
