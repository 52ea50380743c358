using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Transform;

/// <summary>Makes a new, immutable version of a dataset from files.</summary>
[Activity(
    "Dag.ConvertToParquet",
    Category = "Transform",
    DisplayName = "Convert to Parquet",
    Description = "Converts CSV, TSV, JSON, JSONL or Parquet files, also compressed with gzip, into a new version of a dataset in the " +
        "lake. Types are found by looking or given; malformed rows are set aside, and too many of them fault.")]
internal sealed partial class ConvertToParquet(DataLake lake, DuckDbEngine engine, TimeProvider clock, ILogger<ConvertToParquet> logger)
    : WorkActivity
{
    // Below this, keeping the rows' order costs nothing, and the same files give the same bytes.
    private const long KeepOrderBytes = 64 << 20;

    /// <summary>The files.</summary>
    [Input("A path, a pattern (*, ?, ** for folders within folders), or a list of them; all files of one format.")]
    [Required]
    public IReadOnlyList<string> Source { get; set; } = [];

    /// <summary>The dataset.</summary>
    [Input("The name of the dataset that gets a new version: letters, digits, '_', '-' and '.'.")]
    [Required]
    public string Dataset { get; set; } = "";

    /// <summary>Append or replace.</summary>
    [Input("Append (default): the new version holds the rows of the latest one and the new rows. Replace: the new rows only.")]
    public WriteMode Mode { get; set; } = WriteMode.Append;

    /// <summary>The format.</summary>
    [Input("How the files are written; default Auto: by their extension (.csv, .tsv, .json, .jsonl, .parquet; .gz behind it).")]
    public SourceFormat Format { get; set; } = SourceFormat.Auto;

    /// <summary>Types by column.</summary>
    [Input("Types of columns by name, such as {\"delay\": \"DOUBLE\"}; the others are found by looking at the first sampleRows rows.")]
    public IReadOnlyDictionary<string, string> Columns { get; set; } = new Dictionary<string, string>();

    /// <summary>Share of malformed rows.</summary>
    [Input("The share of rows that may be malformed, 0 to 1; default 0.01. They are set aside in rejects.jsonl; more fault.")]
    [Range(0.0, 1.0)]
    public double MaxRejected { get; set; } = 0.01;

    /// <summary>Rows to look at.</summary>
    [Input("How many rows are looked at to find types; default 20480; -1 for all, which takes about four times as long.")]
    [Range(-1, int.MaxValue)]
    public int SampleRows { get; set; } = 20_480;

    /// <summary>Header of CSV.</summary>
    [Input("Whether the first line of a CSV file names the columns; default Auto: by looking.")]
    public HeaderMode Header { get; set; } = HeaderMode.Auto;

    /// <summary>Delimiter of CSV.</summary>
    [Input("What stands between the values of a CSV file, such as ; or \\t; default: found by looking.")]
    public string Delimiter { get; set; } = "";

    /// <summary>Quote of CSV.</summary>
    [Input("What stands around values of a CSV file; default: found by looking.")]
    [MaxLength(1)]
    public string Quote { get; set; } = "";

    /// <summary>Encoding of CSV.</summary>
    [Input("The encoding of CSV files: utf-8 (default), latin-1 or utf-16.", Options = ["utf-8", "latin-1", "utf-16"])]
    [AllowedValues("utf-8", "latin-1", "utf-16")]
    public string Encoding { get; set; } = "utf-8";

    /// <summary>Decimal separator of CSV.</summary>
    [Input("What stands before the decimals in a CSV file: . (default) or a comma.", Options = [".", ","])]
    [AllowedValues(".", ",")]
    public string DecimalSeparator { get; set; } = ".";

    /// <summary>Format of dates.</summary>
    [Input("How dates are written in a CSV file, such as %d.%m.%Y; default: found by looking.")]
    public string DateFormat { get; set; } = "";

    /// <summary>Format of timestamps.</summary>
    [Input("How timestamps are written in a CSV file, such as %d.%m.%Y %H:%M; default: found by looking.")]
    public string TimestampFormat { get; set; } = "";

    /// <summary>Texts for missing values.</summary>
    [Input("Texts of a CSV file that mean a missing value, such as NA; an empty one always does.")]
    public IReadOnlyList<string> NullTexts { get; set; } = [];

    /// <summary>Lines before the header.</summary>
    [Input("How many lines of a CSV file stand before the header; default 0: found by looking.")]
    [Range(0, 100_000)]
    public int SkipLines { get; set; }

    /// <summary>The longest line.</summary>
    [Input("The longest line of a CSV file, in bytes; default 2097152.")]
    [Range(1024, 256 << 20)]
    public int MaxLineBytes { get; set; } = 2 << 20;

    /// <summary>The codec.</summary>
    [Input("The codec of the Parquet files: Zstd (default), Snappy, Gzip or Uncompressed.")]
    public ParquetCompression Compression { get; set; } = ParquetCompression.Zstd;

    /// <summary>The order of rows.</summary>
    [Input("Whether rows keep the order of the files; default false: they do below 64 MiB, above it order takes twice the memory.")]
    public bool KeepOrder { get; set; }

    /// <summary>Whether to hash.</summary>
    [Input("Whether the manifest holds SHA-256 hashes of the Parquet files; default true.")]
    public bool ContentHash { get; set; } = true;

    /// <summary>The version made.</summary>
    [Output("The version that was made, for the activities that read it: {\"dataset\":\"flights\",\"version\":3}.")]
    public DatasetReference? Result { get; private set; }

    /// <summary>Its number.</summary>
    [Output("The number of the version.")]
    public int VersionNumber { get; private set; }

    /// <summary>Rows in all.</summary>
    [Output("How many rows the version has.")]
    public long Rows { get; private set; }

    /// <summary>Rows of these files.</summary>
    [Output("How many of them came from these files.")]
    public long NewRows { get; private set; }

    /// <summary>Rows left out.</summary>
    [Output("How many rows of these files were malformed and are set aside in rejects.jsonl.")]
    public long RejectedRows { get; private set; }

    /// <summary>Size.</summary>
    [Output("The size of the version's Parquet files, in bytes.")]
    public long Bytes { get; private set; }

    /// <summary>Time.</summary>
    [Output("How long it took, in seconds.")]
    public double Seconds { get; private set; }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var dataset = DatasetName.Validated(Dataset);
        var version = await lake.FindByKeyAsync(dataset, context.IdempotencyKey, cancellationToken)
            ?? await ConvertAsync(context, dataset, cancellationToken);
        Result = version.ToReference();
        VersionNumber = version.Version;
        Rows = version.Rows;
        RejectedRows = version.RejectedRows;
        Bytes = version.Bytes;
        NewRows = version.AddedRows;
        Seconds = Math.Round(clock.GetElapsedTime(started).TotalSeconds, 3);
        var done = string.Create(
            CultureInfo.InvariantCulture,
            $"{Result}: {NewRows:N0} new rows, {Rows:N0} in all, {RejectedRows:N0} rejected, {Bytes:N0} bytes, {Seconds:0.0} s");
        context.Report(new WorkProgress(1, done));
        LogConverted(done);
    }

    private async Task<DatasetVersion> ConvertAsync(WorkContext context, string dataset, CancellationToken cancellationToken)
    {
        var sources = SourceFiles.Resolve(engine, Source, Format);
        var request = new ConversionRequest
        {
            Files = sources,
            Dataset = dataset,
            Types = Columns,
            Dialect = Dialect(),
            SampleRows = SampleRows == 0 ? 1 : SampleRows,
            MaxRejected = MaxRejected,
            Compression = Compression,
            Continued = Mode == WriteMode.Append ? await lake.FindAsync(new DatasetReference(dataset), cancellationToken) : null,
        };
        CheckEncoding(request);
        using var draft = lake.Begin(dataset, context.IdempotencyKey, context.RunId);
        draft.Append = Mode == WriteMode.Append;
        draft.Hash = ContentHash;
        draft.Sources = [.. sources.Select(f => f.ToSource())];
        await RunAsync(context, request, draft, cancellationToken);
        try
        {
            return await lake.PublishAsync(draft, cancellationToken);
        }
        catch (IOException e)
        {
            throw new ActivityException($"The new version of {dataset} cannot be stored: {e.Message}", e);
        }
    }

    private async Task RunAsync(WorkContext context, ConversionRequest request, DatasetDraft draft, CancellationToken cancellationToken)
    {
        using var connection = engine.Open(new DuckDbSettings
        {
            PreserveInsertionOrder = KeepOrder || request.Bytes <= KeepOrderBytes,
            AllowedFolders = [draft.Folder, .. request.Files.Select(f => Path.GetDirectoryName(f.Path)!).Distinct()],
        });
        var what = string.Create(
            CultureInfo.InvariantCulture,
            $"{(request.Files.Count == 1 ? request.Files[0].Name : $"{request.Files.Count:N0} files")}, {request.Bytes:N0} bytes");
        using var written = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var flushing = LakeFiles.FlushWhileWrittenAsync(Path.Combine(draft.Folder, Conversion.RowsFile), clock, written.Token);
        try
        {
            await connection.RunAsync(
                (c, token) =>
                {
                    Conversion.Run(c, request, draft, token);
                    return true;
                },
                fraction => context.Report(new WorkProgress(fraction, what)),
                cancellationToken);
        }
        finally
        {
            await written.CancelAsync();
            await flushing;
        }
    }

    private static void CheckEncoding(ConversionRequest request)
    {
        foreach (var file in request.Files)
        {
            SourceCheck.Encoding(file, file.IsJson ? "utf-8" : request.Dialect.Encoding);
        }
    }

    private CsvDialect Dialect() => new()
    {
        Header = Header,
        Delimiter = Delimiter,
        Quote = Quote,
        Encoding = Encoding,
        DecimalSeparator = DecimalSeparator,
        DateFormat = DateFormat,
        TimestampFormat = TimestampFormat,
        NullTexts = NullTexts,
        SkipLines = SkipLines,
        MaxLineBytes = MaxLineBytes,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Converted {Result}")]
    private partial void LogConverted(string result);
}
