using System.Diagnostics.Metrics;
using Dag.Host.Metrics;
using Dag.Workflows.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Host.Tests.Metrics;

public sealed class MetricRegistryTests : IDisposable
{
    private readonly DagMeter _meter = new();
    private readonly MetricRegistry _registry;

    public MetricRegistryTests() => _registry = new MetricRegistry(_meter, new NoFactory(), NullLogger<MetricRegistry>.Instance);

    public void Dispose()
    {
        _registry.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Counters_gauges_and_histograms_are_written_with_help_type_unit_and_suffix()
    {
        var counter = _meter.Meter.CreateCounter<long>("dag.test.things", "{thing}", "Things\nand \\more");
        counter.Add(2, Tag("kind", "a"));
        counter.Add(3, Tag("kind", "a"));
        counter.Add(1);
        var upDown = _meter.Meter.CreateUpDownCounter<int>("dag.test.level", "By", "A level.");
        upDown.Add(10);
        upDown.Add(-4);
        _meter.Meter.CreateGauge<double>("dag.test.temperature").Record(1.5);
        var histogram = _meter.Meter.CreateHistogram(
            "dag.test.duration", "s", "How long.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1, 10] });
        foreach (var value in (double[])[0.05, 0.1, 0.5, 100])
        {
            histogram.Record(value, Tag("kind", "a"));
        }

        var read = Read();
        Assert.Equal(("counter", "Things\nand \\more"), read.Families["dag_test_things_total"]);
        Assert.Equal(5, read["dag_test_things_total{kind=\"a\"}"]);
        Assert.Equal(1, read["dag_test_things_total"]);
        Assert.Equal("gauge", read.Families["dag_test_level_bytes"].Type);
        Assert.Equal(6, read["dag_test_level_bytes"]);
        Assert.Equal(1.5, read["dag_test_temperature"]);
        Assert.Equal(("histogram", "How long."), read.Families["dag_test_duration_seconds"]);
        Assert.Equal(
            [2, 3, 3, 4],
            new[] { "0.1", "1", "10", "+Inf" }.Select(le => read[$"dag_test_duration_seconds_bucket{{kind=\"a\",le=\"{le}\"}}"]));
        Assert.Equal(100.65, read["dag_test_duration_seconds_sum{kind=\"a\"}"], 6);
        Assert.Equal(4, read["dag_test_duration_seconds_count{kind=\"a\"}"]);
    }

    [Fact]
    public void Whatever_stands_in_a_label_is_escaped()
    {
        var counter = _meter.Meter.CreateCounter<int>("dag.test.odd-name");
        counter.Add(1, Tag("a.b-c", "back\\slash \"quoted\"\nnext, {braces} 日本"));
        counter.Add(1, Tag("a.b-c", null!));

        var read = Read();
        Assert.Equal(1, read["dag_test_odd_name_total{a_b_c=\"back\\\\slash \\\"quoted\\\"\\nnext, {braces} 日本\"}"]);
        Assert.Equal(1, read["dag_test_odd_name_total{a_b_c=\"\"}"]);
    }

    [Fact]
    public void What_is_observed_is_there_only_as_long_as_it_is_said_and_what_fails_takes_nothing_with_it()
    {
        var said = new List<string> { "a", "b" };
        _meter.Meter.CreateObservableGauge("dag.test.said", () => said.Select(s => new Measurement<int>(1, Tag("who", s))));
        _meter.Meter.CreateObservableCounter("dag.test.absolute", () => 42L);
        _meter.Meter.CreateObservableGauge("dag.test.broken", int () => throw new InvalidOperationException("no"));
        Assert.Equal(1, Read()["dag_test_said{who=\"b\"}"]);

        said.Remove("b");
        var read = Read();
        Assert.Equal(1, read["dag_test_said{who=\"a\"}"]);
        Assert.False(read.Samples.ContainsKey("dag_test_said{who=\"b\"}"));
        Assert.Equal(42, read["dag_test_absolute_total"]);
        Assert.DoesNotContain("dag_test_broken", read.Families.Keys);
    }

    [Fact]
    public void Series_and_workflows_are_bounded()
    {
        var counter = _meter.Meter.CreateCounter<int>("dag.test.many");
        for (var i = 0; i < 3000; i++)
        {
            counter.Add(1, Tag("n", $"{i}"));
        }

        var read = Read();
        Assert.Equal(MetricFamily.MostSeries + 1, read.Samples.Keys.Count(k => k.StartsWith("dag_test_many_total", StringComparison.Ordinal)));
        Assert.Equal(2000, read["dag_test_many_total{overflow=\"true\"}"]);

        Assert.Equal(201, Enumerable.Range(0, 1000).Select(i => _meter.Label($"workflow {i}")).Distinct().Count());
        Assert.Equal("workflow 7", _meter.Label("workflow 7"));
        Assert.Equal("(other)", _meter.Label("workflow 999"));
    }

    [Fact]
    public void What_many_threads_count_is_counted()
    {
        var counter = _meter.Meter.CreateCounter<int>("dag.test.busy");
        Parallel.For(0, 100_000, i => counter.Add(1, Tag("kind", i % 2 == 0 ? "even" : "odd")));
        var read = Read();
        Assert.Equal((50_000, 50_000), (read["dag_test_busy_total{kind=\"even\"}"], read["dag_test_busy_total{kind=\"odd\"}"]));
    }

    [Fact]
    public void The_meters_of_other_services_in_the_process_are_not_listened_to()
    {
        using var other = new DagMeter();
        other.Meter.CreateCounter<int>("dag.test.foreign").Add(1);
        Assert.DoesNotContain("dag_test_foreign_total", Read().Families.Keys);
    }

    private PrometheusReader Read() => PrometheusReader.Read(_registry.Write());

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private sealed class NoFactory : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
