using System.Text.Json;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Tests.Scheduling;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData(5, 10)]
    [InlineData(30, 30)]
    [InlineData(3600, 60)]
    public void A_longer_wait_that_was_asked_for_counts_up_to_the_longest(int asked, int expected) =>
        Assert.Equal(
            TimeSpan.FromSeconds(expected),
            new RetryPolicy { MaxAttempts = 3, MaxDelay = TimeSpan.FromMinutes(1) }.NextDelay(1, "run", 1, TimeSpan.FromSeconds(asked)));

    [Fact]
    public void There_is_one_attempt_unless_more_are_asked_for()
    {
        Assert.Equal(1, RetryPolicy.None.MaxAttempts);
        Assert.All([Parsed("null"), Parsed("{}")], p => Assert.Equal(RetryPolicy.None, p));
    }

    [Fact]
    public void Waits_grow_by_the_backoff_up_to_the_longest()
    {
        var policy = Parsed("""{"maxAttempts": 6, "delay": "00:00:10", "backoff": 3, "maxDelay": "00:05:00"}""");

        Assert.Equal(
            [10, 30, 90, 270, 300, 300],
            Enumerable.Range(1, 6).Select(n => policy.NextDelay(n, "run", 1).TotalSeconds));
    }

    [Fact]
    public void A_thousand_attempts_do_not_overflow_the_wait()
    {
        var policy = Parsed("""{"maxAttempts": 1000, "backoff": 100}""");

        Assert.Equal(TimeSpan.FromHours(1), policy.NextDelay(999, "run", 1));
    }

    [Fact]
    public void Jitter_stays_in_its_bounds_differs_between_executions_and_is_the_same_in_a_replay()
    {
        var policy = Parsed("""{"maxAttempts": 2, "delay": 100, "jitter": 0.25}""");
        var waits = Enumerable.Range(0, 1000).Select(e => policy.NextDelay(1, "run", e).TotalSeconds).ToList();

        Assert.All(waits, w => Assert.InRange(w, 75, 125));
        Assert.InRange(waits.Distinct().Count(), 990, 1000);
        Assert.InRange(waits.Average(), 98, 102);
        Assert.Equal(waits, Enumerable.Range(0, 1000).Select(e => policy.NextDelay(1, "run", e).TotalSeconds));
        Assert.NotEqual(policy.NextDelay(1, "run", 1), policy.NextDelay(1, "other run", 1));
    }

    [Fact]
    public void Jitter_of_a_run_is_what_it_was_in_every_earlier_version() =>
        Assert.Equal(TimeSpan.FromTicks(131_537_428), Parsed("""{"maxAttempts": 2, "delay": 100, "jitter": 1}""").NextDelay(1, "run", 1));

    [Fact]
    public void Members_are_read_whatever_their_case_and_spans_as_text_or_seconds()
    {
        var policy = Parsed("""{"MaxAttempts": 4, "Delay": 1.5, "BACKOFF": 1, "maxDelay": "1.00:00:00", "jitter": 0}""");

        Assert.Equal(
            new RetryPolicy { MaxAttempts = 4, Delay = TimeSpan.FromSeconds(1.5), Backoff = 1, MaxDelay = TimeSpan.FromDays(1), Jitter = 0 },
            policy);
    }

    [Fact]
    public void A_delay_beyond_the_default_longest_wait_moves_that() =>
        Assert.Equal(TimeSpan.FromHours(5), Parsed("""{"maxAttempts": 9, "delay": "05:00:00"}""").NextDelay(3, "run", 1));

    [Theory]
    [InlineData("3", "3 is no object: write one")]
    [InlineData("\"3 times\"", "\"3 times\" is no object: write one")]
    [InlineData("""{"maxAttempts": 0}""", "maxAttempts 0: write a whole number from 1 to 1000")]
    [InlineData("""{"maxAttempts": 2.5}""", "maxAttempts 2.5")]
    [InlineData("""{"maxAttempts": "3"}""", "maxAttempts \"3\"")]
    [InlineData("""{"delay": "10s"}""", "delay \"10s\": write a span from 0 to 7 days, such as \"00:00:10\"")]
    [InlineData("""{"delay": -1}""", "delay -1")]
    [InlineData("""{"delay": "8.00:00:00"}""", "delay \"8.00:00:00\"")]
    [InlineData("""{"backoff": 0.5}""", "backoff 0.5: write a number from 1 to 100")]
    [InlineData("""{"jitter": 1.1}""", "jitter 1.1: write a number from 0 to 1")]
    [InlineData("""{"delay": "00:01:00", "maxDelay": "00:00:30"}""", "maxDelay 00:00:30 is shorter than the delay 00:01:00")]
    [InlineData("""{"attempts": 3}""", "attempts is not known: write maxAttempts, delay, backoff, maxDelay, jitter")]
    public void A_fault_names_the_member_its_value_and_what_is_allowed(string json, string expected)
    {
        var faults = new List<string>();

        Assert.Null(RetryPolicy.Parse(Json(json), faults));
        Assert.StartsWith(expected, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = new List<string> { "an earlier one" };

        Assert.Null(RetryPolicy.Parse(Json("""{"maxAttempts": -1, "delay": {}, "backoff": null, "jitter": 7, "x": 1}"""), faults));
        Assert.Equal(6, faults.Count);
    }

    private static RetryPolicy Parsed(string json)
    {
        var faults = new List<string>();
        var policy = RetryPolicy.Parse(Json(json), faults);
        Assert.Empty(faults);
        return policy!;
    }

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;
}
