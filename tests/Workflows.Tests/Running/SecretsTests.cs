using Dag.Workflows.Activities;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Workflows.Tests.Running;

public sealed class SecretsTests : IDisposable
{
    private readonly string _name = $"DAG_TEST_{Guid.NewGuid():N}";
    private readonly ActivityBinder _binder = new(new ServiceCollection().BuildServiceProvider(), new SecretMask());

    public SecretsTests() => Environment.SetEnvironmentVariable(_name, "s3cret secret:OTHER");

    public void Dispose() => Environment.SetEnvironmentVariable(_name, null);

    [Fact]
    public void A_sensitive_input_may_hold_references_within_texts_dictionaries_and_lists()
    {
        var work = Bind(new Dictionary<string, object?>
        {
            ["Header"] = $"Bearer secret:{_name}",
            ["Headers"] = new Dictionary<string, object?> { ["a"] = $"secret:{_name}", ["b"] = new List<object?> { "plain", $"x secret:{_name}" }, ["c"] = 3 },
        });

        Assert.Equal("Bearer s3cret secret:OTHER", work.Header);
        Assert.Equal("s3cret secret:OTHER", work.Headers!["a"]);
        Assert.Equal(["plain", "x s3cret secret:OTHER"], (IEnumerable<object?>)work.Headers["b"]!);
        Assert.Equal(3, work.Headers["c"]);
    }

    [Theory]
    [InlineData("mysecret:{0}")]
    [InlineData("Bearer xsecret:{0}")]
    public void What_only_looks_like_a_reference_stays(string text)
    {
        var value = string.Format(System.Globalization.CultureInfo.InvariantCulture, text, _name);
        Assert.Equal(value, Bind(new Dictionary<string, object?> { ["Header"] = value }).Header);
    }

    [Fact]
    public void Other_inputs_are_references_as_a_whole_or_not_at_all()
    {
        Assert.Equal($"Bearer secret:{_name}", Bind(new Dictionary<string, object?> { ["Text"] = $"Bearer secret:{_name}" }).Text);
        Assert.Equal("s3cret secret:OTHER", Bind(new Dictionary<string, object?> { ["Text"] = $"secret:{_name}" }).Text);
    }

    [Fact]
    public void A_secret_that_does_not_fit_is_not_shown()
    {
        var fault = Assert.Throws<ActivityException>(() => Bind(new Dictionary<string, object?> { ["Number"] = $"secret:{_name}" }));

        Assert.Contains($"secret:{_name}", fault.Message);
        Assert.DoesNotContain("s3cret", fault.Message);
    }

    [Fact]
    public void A_secret_that_is_not_set_is_named()
    {
        var fault = Assert.Throws<ActivityException>(() => Bind(new Dictionary<string, object?> { ["Header"] = "Bearer secret:DAG_TEST_NONE" }));

        Assert.Contains("DAG_TEST_NONE", fault.Message);
    }

    private SecretWork Bind(Dictionary<string, object?> inputs) => (SecretWork)_binder.Create(DescriptorBuilder.Build(typeof(SecretWork)), inputs);

    [Activity("Test.Secret", Category = "Tests", Description = "Has secrets.")]
    internal sealed class SecretWork : WorkActivity
    {
        [Input("A header.", Sensitive = true)]
        public string? Header { get; set; }

        [Input("Headers.", Sensitive = true)]
        public IReadOnlyDictionary<string, object?>? Headers { get; set; }

        [Input("A text.")]
        public string? Text { get; set; }

        [Input("A number.", Sensitive = true)]
        public int Number { get; set; }

        public override Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
