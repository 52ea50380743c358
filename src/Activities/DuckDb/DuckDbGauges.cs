using System.Diagnostics.Metrics;
using Dag.Workflows.Telemetry;

namespace Dag.Activities.DuckDb;

/// <summary>How much the data engine uses, whenever somebody asks.</summary>
internal sealed class DuckDbGauges(DagMeter meter, DuckDbEngine engine)
{
    private bool _isStarted;

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        meter.Meter.CreateObservableGauge("dag.duckdb.databases", () => engine.OpenDatabases().Count, "{database}", "Databases of the data engine that are open; each has its own memory limit.");
        meter.Meter.CreateObservableGauge("dag.duckdb.usage", Usage, "By", "What the open databases of the data engine hold: in memory, or spilled to disk.");
    }

    private IEnumerable<Measurement<long>> Usage()
    {
        var (memory, spilled) = (0L, 0L);
        foreach (var database in engine.OpenDatabases())
        {
            try
            {
                using var connection = new DuckDbConnection(database, settings: null);
                using var result = connection.Query(
                    "SELECT sum(memory_usage_bytes)::BIGINT, sum(temporary_storage_bytes)::BIGINT FROM duckdb_memory()");
                if (result.NextChunk())
                {
                    memory += result.Vector(0).GetInt64(0);
                    spilled += result.Vector(1).GetInt64(0);
                }
            }
            catch (Exception e) when (e is ObjectDisposedException or DuckDbException)
            {
                // It closed meanwhile.
            }
        }

        yield return new Measurement<long>(memory, new KeyValuePair<string, object?>("where", "memory"));
        yield return new Measurement<long>(spilled, new KeyValuePair<string, object?>("where", "disk"));
    }
}
