using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dag.Workflows.Telemetry;

namespace Dag.Host.Metrics;

/// <summary>
/// Listens to the meters of this service, of .NET and of ASP.NET Core, from its making to its end, and holds what they say.
/// </summary>
internal sealed partial class MetricRegistry : IDisposable
{
    // Of the web server: how long requests take, by route. The others would be noise.
    private const string Requests = "http.server.request.duration";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly Lock _collecting = new();
    private readonly ILogger _logger;

    public MetricRegistry(DagMeter meter, IMeterFactory web, ILogger<MetricRegistry> logger)
    {
        _logger = logger;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other services in this process have meters of the same names.
            if (instrument.Meter == meter.Meter || instrument.Meter.Name == "System.Runtime" || instrument.Name == Requests && instrument.Meter.Scope == web)
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static i => new MetricFamily(i)));
            }
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => ((MetricFamily)family!).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>The names of all metrics, of those too that have no value yet.</summary>
    public IReadOnlyList<string> Names => [.. _families.Values.Select(f => f.Name).Order(StringComparer.Ordinal)];

    /// <summary>All that is known now, as Prometheus reads it.</summary>
    public string Write()
    {
        lock (_collecting)
        {
            foreach (var observed in _families.Values.Where(f => f.IsObserved))
            {
                observed.Clear();
            }

            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException e)
            {
                // What could not be observed is left out; the rest is there.
                LogNotObserved(e);
            }

            var text = new PrometheusText();
            foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                family.Read(text.Append);
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Some metrics could not be observed.")]
    private partial void LogNotObserved(Exception exception);
}
