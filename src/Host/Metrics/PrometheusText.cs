using System.Globalization;
using System.Text;

namespace Dag.Host.Metrics;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    /// <summary>Its content type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>A name as Prometheus has them: words joined by underscores, the unit at its end, and <c>_total</c> behind counters.</summary>
    public static string MetricName(string name, string? unit, MetricKind kind)
    {
        var text = Sanitized(name, colons: true);
        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "%" => "_percent",
            _ => "",
        };
        text += text.EndsWith(suffix, StringComparison.Ordinal) ? "" : suffix;
        return kind == MetricKind.Counter && !text.EndsWith("_total", StringComparison.Ordinal) ? text + "_total" : text;
    }

    /// <summary>A label's name.</summary>
    public static string LabelName(string name) => Sanitized(name, colons: false);

    /// <summary>Appends a text in which backslashes and line ends, and in values quotes as well, are escaped.</summary>
    public static void AppendEscaped(StringBuilder to, string text, bool quotes)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => to.Append("\\\\"),
                '\n' => to.Append("\\n"),
                '"' when quotes => to.Append("\\\""),
                _ => to.Append(c),
            };
        }
    }

    /// <summary>Appends a metric with its help and type.</summary>
    public void Append(MetricFamily family, IEnumerable<MetricSeries> series)
    {
        _text.Append("# HELP ").Append(family.Name).Append(' ');
        AppendEscaped(_text, family.Help, quotes: false);
        _text.Append("\n# TYPE ").Append(family.Name).Append(' ').Append(family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        }).Append('\n');
        foreach (var one in series)
        {
            if (family.Boundaries is { } boundaries)
            {
                AppendHistogram(family.Name, boundaries, one);
            }
            else
            {
                AppendSample(family.Name, one.Labels, Number(one.Value));
            }
        }
    }

    public override string ToString() => _text.ToString();

    private void AppendHistogram(string name, double[] boundaries, MetricSeries series)
    {
        var labels = series.Labels.Length > 0 ? series.Labels + "," : "";
        for (var i = 0; i < boundaries.Length; i++)
        {
            AppendSample($"{name}_bucket", $"{labels}le=\"{Number(boundaries[i])}\"", Number(series.Buckets[i]));
        }

        AppendSample($"{name}_bucket", $"{labels}le=\"+Inf\"", Number(series.Count));
        AppendSample($"{name}_sum", series.Labels, Number(series.Value));
        AppendSample($"{name}_count", series.Labels, Number(series.Count));
    }

    private void AppendSample(string name, string labels, string value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(value).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Sanitized(string name, bool colons)
    {
        var text = string.Create(name.Length, (name, colons), static (chars, from) =>
        {
            for (var i = 0; i < chars.Length; i++)
            {
                var c = from.name[i];
                chars[i] = char.IsAsciiLetterOrDigit(c) || c == ':' && from.colons ? c : '_';
            }
        });
        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? "_" + text : text;
    }
}
