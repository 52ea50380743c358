using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Exports;

/// <summary>Writes a dataset version as a file.</summary>
[Activity(
    "Dag.ExportDataset",
    Category = "Export",
    DisplayName = "Export dataset",
    Description = "Writes a dataset as one CSV, JSON, JSON lines or Parquet file into a folder. The file appears when it is whole, in the " +
        "place of one of the same name.")]
internal sealed partial class ExportDataset(
    DataLake lake, DuckDbEngine engine, ExportFolder folders, TimeProvider clock, ILogger<ExportDataset> logger) : WorkActivity
{
    /// <summary>What to write.</summary>
    [Input("The dataset to write, such as flights, flights@3 or the output of another activity.", OptionsFrom = DatasetOptions.Source)]
    [Required]
    public DatasetReference? Dataset { get; set; }

    /// <summary>Where to.</summary>
    [Input("The folder; relative ones lie in the service's exports folder, which is the default. Others must be allowed by DAG_EXPORT_FOLDERS.")]
    public string Folder { get; set; } = ".";

    /// <summary>The file's name.</summary>
    [Input("The file's name without extension; default {dataset}-{version}. {dataset}, {version}, {date} (of the version) and {run} are filled in.")]
    [Required]
    public string FileName { get; set; } = "{dataset}-{version}";

    /// <summary>The format.</summary>
    [Input("How the rows are written: Csv (default), Json (one array), Jsonl (an object per line) or Parquet.")]
    public ExportFormat Format { get; set; } = ExportFormat.Csv;

    /// <summary>The compression.</summary>
    [Input("Auto (default: Parquet with zstd, the others not), None, Gzip or Zstd.")]
    public ExportCompression Compression { get; set; } = ExportCompression.Auto;

    /// <summary>The delimiter of CSV.</summary>
    [Input("What stands between the values of a CSV file: one character, or \\t for a tab; default a comma.")]
    [Required]
    [RegularExpression(@".|\\t", ErrorMessage = "The field Delimiter must be one character, or \\t.")]
    public string Delimiter { get; set; } = ",";

    /// <summary>Whether CSV has a header.</summary>
    [Input("Whether the first line of a CSV file names the columns; default true.")]
    public bool Header { get; set; } = true;

    /// <summary>The file.</summary>
    [Output("The path of the file.")]
    public string? File { get; private set; }

    /// <summary>Rows.</summary>
    [Output("How many rows it has.")]
    public long Rows { get; private set; }

    /// <summary>Its size.</summary>
    [Output("The size of the file, in bytes.")]
    public long Bytes { get; private set; }

    /// <summary>Time.</summary>
    [Output("How long it took, in seconds.")]
    public double Seconds { get; private set; }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var version = await lake.GetAsync(Dataset!, cancellationToken);
        var name = ExportFileName.Of(FileName, version, context.RunId, Format, Compression);
        var folder = folders.Open(Folder);
        var partial = Path.Combine(folder, $".{context.RunId}-{context.ExecutionId}.part");
        try
        {
            Rows = await WriteAsync(version, partial, context, cancellationToken);
            LakeFiles.FlushFile(partial);
            Bytes = new FileInfo(partial).Length;
            File = Path.Combine(folder, name);
            System.IO.File.Move(partial, File, overwrite: true);
            LakeFiles.FlushFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DuckDbException)
        {
            throw new ActivityException($"{version.ToReference()} cannot be written to {Path.Combine(folder, name)}: {Reason(e)}", e);
        }
        finally
        {
            System.IO.File.Delete(partial);
        }

        Seconds = Math.Round(clock.GetElapsedTime(started).TotalSeconds, 3);
        var done = string.Create(CultureInfo.InvariantCulture, $"{version.ToReference()} to {File}: {Rows:N0} rows, {Bytes:N0} bytes, {Seconds:0.0} s");
        context.Report(new WorkProgress(1, done));
        LogExported(done);
    }

    private async Task<long> WriteAsync(DatasetVersion version, string path, WorkContext context, CancellationToken cancellationToken)
    {
        using var connection = engine.Open(new DuckDbSettings { AllowedFolders = [lake.FolderOf(version), Path.GetDirectoryName(path)!] });
        return await connection.RunAsync(
            (c, token) => c.Execute($"COPY (SELECT * FROM {lake.RelationOf(version)}) TO {DuckDbSql.Literal(path)} ({Options()})", token),
            fraction => context.Report(new WorkProgress(fraction, $"writing {version.Rows:N0} rows")),
            cancellationToken);
    }

    private string Options()
    {
        var compression = Compression switch
        {
            ExportCompression.Auto => Format == ExportFormat.Parquet ? "zstd" : "none",
            ExportCompression.None when Format == ExportFormat.Parquet => "uncompressed",
            _ => Compression.ToString().ToLowerInvariant(),
        };
        return $"COMPRESSION {compression}, " + Format switch
        {
            ExportFormat.Csv => $"FORMAT csv, HEADER {(Header ? "true" : "false")}, DELIMITER {DuckDbSql.Literal(Delimiter.Replace("\\t", "\t"))}",
            ExportFormat.Json => "FORMAT json, ARRAY true",
            ExportFormat.Jsonl => "FORMAT json, ARRAY false",
            _ => "FORMAT parquet",
        };
    }

    private static string Reason(Exception e) => e.Message.Contains("No space left on device", StringComparison.Ordinal)
        ? "the disk is full. Free space there."
        : e.Message.Split("\n\n")[0].ReplaceLineEndings(" ");

    [LoggerMessage(Level = LogLevel.Information, Message = "Exported {Result}")]
    private partial void LogExported(string result);
}
