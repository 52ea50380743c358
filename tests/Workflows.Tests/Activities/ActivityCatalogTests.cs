using Dag.Workflows.Activities;

namespace Dag.Workflows.Tests.Activities;

public sealed class ActivityCatalogTests
{
    [Fact]
    public void A_property_that_would_hide_a_member_of_every_activity_is_refused_by_name()
    {
        var fault = Assert.Throws<ArgumentException>(() => new ActivityCatalog([typeof(Versioned)]));
        Assert.Contains("member 'version'", fault.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Versioned), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_designer_begins_with_is_not_the_default()
    {
        var input = new ActivityCatalog([typeof(Suggesting)]).Find("Test.Suggesting")!.Inputs[0];
        Assert.Equal((0, 200), (input.DefaultValue, input.Suggested));
    }

    [Activity("Test.Versioned", Category = "Test", Description = "Has an output that cannot be written.")]
    private sealed class Versioned : WorkActivity
    {
        [Output("Hides the version of the type.")]
        public int Version => 1;

        public override Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [Activity("Test.Suggesting", Category = "Test", Description = "Suggests a value.")]
    private sealed class Suggesting : WorkActivity
    {
        [Input("A number.", Suggested = 200)]
        public int Number { get; set; }

        public override Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
