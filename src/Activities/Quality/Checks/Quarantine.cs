using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Quality;

/// <summary>
/// Sets rows aside: those that fail go into a dataset of their own, with a column that says why, and the others become a version. Both are
/// published under the key of the execution, the rejected ones first.
/// </summary>
internal sealed class Quarantine : IDisposable
{
    private const string ReasonColumn = "failed_checks";
    private readonly DataLake _lake;
    private readonly DatasetVersion _checked;

    /// <summary>Starts both drafts; no file is written yet.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="checkedVersion">The version that is checked.</param>
    /// <param name="good">The dataset that gets the rows that are right.</param>
    /// <param name="rejected">The dataset that gets the others.</param>
    /// <param name="mode">What happens to the rows that both have already.</param>
    /// <param name="context">The execution.</param>
    public Quarantine(DataLake lake, DatasetVersion checkedVersion, string good, string rejected, WriteMode mode, WorkContext context)
    {
        (_lake, _checked) = (lake, checkedVersion);
        Good = Begin(good);
        Rejected = Begin(rejected);

        DatasetDraft Begin(string dataset)
        {
            var draft = lake.Begin(dataset, context.IdempotencyKey, context.RunId);
            draft.Append = mode == WriteMode.Append;
            draft.Parents = [checkedVersion.ToReference()];
            return draft;
        }
    }

    /// <summary>The draft of the rows that are right.</summary>
    public DatasetDraft Good { get; }

    /// <summary>The draft of the others.</summary>
    public DatasetDraft Rejected { get; }

    /// <summary>How many rows were set aside.</summary>
    public long RejectedRows { get; private set; }

    /// <summary>Writes the files of both. Blocks its thread.</summary>
    public void Write(DuckDbConnection connection, IReadOnlyList<PlannedCheck> failed, StepProgress steps, CancellationToken cancellationToken)
    {
        var from = $"FROM {_lake.RelationOf(_checked)} AS {PlannedCheck.Row}";
        var any = string.Join(" OR ", failed.Select(c => c.Failing));
        var reasons = string.Join(", ", failed.Select(c => $"CASE WHEN {c.Failing} THEN {DuckDbSql.Literal(c.Expectation.Name)} END"));
        RejectedRows = DatasetRows.Write(
            connection,
            $"SELECT {PlannedCheck.Row}.*, concat_ws('; ', {reasons}) AS {DuckDbSql.Identifier(NameOfReasons())} {from} WHERE {any}",
            Rejected,
            cancellationToken);
        steps.Next();
        DatasetRows.Write(connection, $"SELECT {PlannedCheck.Row}.* {from} WHERE NOT ({any})", Good, cancellationToken);
        steps.Next();
        Good.RejectedRows = RejectedRows;
    }

    /// <summary>Nothing is set aside: the files of the version are used as they are.</summary>
    public void TakeAll()
    {
        Good.Columns = _checked.Columns;
        Good.Files = [.. _checked.Parts.Select(p => (p.File, p.Rows))];
        foreach (var (part, file) in _checked.Parts.Zip(_lake.FilesOf(_checked)))
        {
            LakeFiles.LinkOrCopy(file, Path.Combine(Good.Folder, part.File));
        }
    }

    /// <summary>Publishes; gives the version of the rows that are right, and that of the others if there are any.</summary>
    public async Task<(DatasetVersion Good, DatasetVersion? Rejected)> PublishAsync(CancellationToken cancellationToken)
    {
        await _lake.RefuseOtherColumnsAsync(Good, cancellationToken);
        if (RejectedRows > 0)
        {
            await _lake.RefuseOtherColumnsAsync(Rejected, cancellationToken);
        }

        try
        {
            var rejected = RejectedRows > 0 ? await _lake.PublishAsync(Rejected, cancellationToken) : null;
            return (await _lake.PublishAsync(Good, cancellationToken), rejected);
        }
        catch (IOException e)
        {
            throw new ActivityException($"The rows of {_checked.ToReference()} cannot be stored: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Good.Dispose();
        Rejected.Dispose();
    }

    // A name that the dataset does not have.
    private string NameOfReasons()
    {
        var name = ReasonColumn;
        for (var number = 2; _checked.Columns.Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)); number++)
        {
            name = $"{ReasonColumn}_{number}";
        }

        return name;
    }
}
