using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Workflows.Tests.Running;

/// <summary>Activation strategies: which starts are refused, and what the refusal says.</summary>
public sealed class ActivationTests : IAsyncLifetime
{
    private const string Waits = """{"id":"w","type":"Elsa.Event","eventName":"Go"}""";
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-activation-").FullName;
    private TestEngine _engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _engine = await TestEngine.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("Elsa.Workflows.Runtime.ActivationValidators.SingletonStrategy, Elsa.Workflows.Runtime")]
    [InlineData("Singleton")]
    public async Task A_singleton_runs_once_at_a_time_and_the_refusal_says_who_is_in_the_way(string strategy)
    {
        var first = await StartAsync(Workflow("one", strategy, Waits));
        await _engine.Engine.QuietAsync();
        var e = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(Workflow("one", strategy, Waits)));
        Assert.Equal(
            $"Workflow 'one' cannot start: run {first} is not over. It waits for Event:Go. To let another start, cancel it with POST /api/v1/runs/{first}/cancel.",
            e.Message);
        Assert.Equal(first, e.RunId);
        await StartAsync(Workflow("other", strategy, Waits));
        await _engine.Engine.CancelRunAsync(first, null, Token);
        await _engine.Engine.QuietAsync();
        await StartAsync(Workflow("one", strategy, Waits));
        Assert.Equal(3, (await _engine.Engine.ListRunsAsync(new RunFilter(), Token)).TotalCount);
    }

    [Fact]
    public async Task Of_starts_at_once_one_wins()
    {
        var definition = Workflow("one", "Singleton", Waits);
        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                await StartAsync(definition);
                return true;
            }
            catch (StartRefusedException)
            {
                return false;
            }
        })));
        Assert.Single(starts, won => won);
        Assert.Equal(1, (await _engine.Engine.ListRunsAsync(new RunFilter(), Token)).TotalCount);
    }

    [Fact]
    public async Task A_correlated_singleton_runs_once_for_each_correlation_id()
    {
        var definition = Workflow("one", "CorrelatedSingletonStrategy", Waits);
        await StartAsync(definition, "a");
        await StartAsync(definition, "b");
        await StartAsync(definition);
        var e = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(definition, "b"));
        Assert.Contains("with correlation id 'b' is not over", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(definition));
    }

    [Fact]
    public async Task Correlation_looks_at_the_runs_of_every_workflow()
    {
        await StartAsync(Workflow("other", null, Waits), "a");
        var definition = Workflow("one", "CorrelationStrategy", Waits);
        var e = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(definition, "a"));
        Assert.Contains("of workflow 'other'", e.Message, StringComparison.Ordinal);
        await StartAsync(definition, "b");
        await StartAsync(definition);
        await StartAsync(definition);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Elsa.Workflows.ActivationValidators.AllowAlwaysStrategy, Elsa.Workflows.Core")]
    [InlineData("Acme.WhenItPleasesMe")]
    public async Task Without_a_strategy_that_is_known_a_workflow_always_starts(string? strategy)
    {
        await StartAsync(Workflow("one", strategy, Waits));
        await StartAsync(Workflow("one", strategy, Waits));
    }

    [Fact]
    public async Task A_run_that_nothing_will_wake_blocks_and_the_refusal_says_so()
    {
        var definition = Workflow("one", "Singleton", """{"id":"f","type":"Elsa.Fault","message":"boom"}""", "ContinueWithIncidents");
        var first = await StartAsync(definition);
        await _engine.Engine.QuietAsync();
        var e = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(definition));
        Assert.Contains("It is suspended after an incident, and nothing will wake it. To let another start, cancel it with", e.Message, StringComparison.Ordinal);
        Assert.True(await _engine.Engine.CancelRunAsync(first, null, Token));
        await _engine.Engine.QuietAsync();
        await StartAsync(definition);
    }

    [Fact]
    public async Task An_event_starts_no_second_singleton_and_is_not_kept_for_later()
    {
        var starts = """{"id":"e","type":"Elsa.Event","eventName":"Begin","customProperties":{"canStartWorkflow":true}}""";
        await _engine.Publisher.PublishAsync(Workflow("one", "Singleton", starts, more: Waits), Token);
        await _engine.Engine.PublishEventAsync("Begin", null, null, Token);
        await _engine.Engine.QuietAsync();
        await _engine.Engine.PublishEventAsync("Begin", null, null, Token);
        await _engine.Engine.QuietAsync();
        Assert.Equal(1, (await _engine.Engine.ListRunsAsync(new RunFilter(), Token)).TotalCount);
        Assert.Empty(await _engine.Engine.Log.ReadOutboxAsync("test", 10, Token));
    }

    private async Task<string> StartAsync(WorkflowDefinition definition, string? correlationId = null) =>
        (await _engine.Engine.StartRunAsync(new StartRequest { Definition = definition, CorrelationId = correlationId }, Token))!;

    private static WorkflowDefinition Workflow(string id, string? strategy, string activity, string? incidents = null, string? more = null) => DefinitionReader.Read($$"""
        {
          "definitionId": "{{id}}", "name": "{{id}}",
          "options": { "activationStrategyType": {{Quoted(strategy)}}, "incidentStrategyType": {{Quoted(incidents)}} },
          "root": { "id": "s", "type": "Elsa.Sequence", "activities": [ {{activity}}{{(more is null ? "" : $", {more}")}} ] }
        }
        """);

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
}
