using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Quality;

/// <summary>Checks a dataset version against expectations, sets rows aside if asked to, and keeps the report.</summary>
internal sealed class DatasetChecker(DataLake lake, DuckDbEngine engine, CheckReports reports, TimeProvider clock)
{
    // Below this, keeping the rows' order costs nothing, and the same files give the same bytes.
    private const long KeepOrderBytes = 64 << 20;

    /// <summary>Checks. The same execution checks the same version, and publishes what it sets aside once.</summary>
    /// <exception cref="ActivityException">The expectations do not suit the dataset; every fault is named.</exception>
    public async Task<CheckOutcome> CheckAsync(CheckRequest request, WorkContext context, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(request, context, cancellationToken);
        using var quarantine = request.Quarantine is { } wanted ? new Quarantine(lake, version, wanted.Good, wanted.Rejected, wanted.Mode, context) : null;
        using var connection = engine.Open(new DuckDbSettings
        {
            PreserveInsertionOrder = version.Bytes <= KeepOrderBytes,
            AllowedFolders = [lake.FolderOf(version), .. quarantine is null ? Array.Empty<string>() : [quarantine.Good.Folder, quarantine.Rejected.Folder]],
        });
        var outcome = await RunAsync(connection, request, version, quarantine, context, cancellationToken);
        if (quarantine is not null && outcome.IsPublishing)
        {
            var (good, rejected) = await quarantine.PublishAsync(cancellationToken);
            outcome = outcome with { Good = good.ToReference(), Rejected = rejected?.ToReference(), RejectedRows = quarantine.RejectedRows };
        }

        await reports.SaveAsync(outcome.ToReport(context, clock.GetUtcNow()), cancellationToken);
        return outcome;
    }

    // Once rows were published under this execution's key, it is about the version that they came from, whatever is the latest now.
    private async Task<DatasetVersion> VersionAsync(CheckRequest request, WorkContext context, CancellationToken cancellationToken)
    {
        if (request.Quarantine is { } quarantine)
        {
            var published = await lake.FindByKeyAsync(quarantine.Good, context.IdempotencyKey, cancellationToken)
                ?? await lake.FindByKeyAsync(quarantine.Rejected, context.IdempotencyKey, cancellationToken);
            if (published is not null)
            {
                return await lake.GetAsync(published.Parents[^1], cancellationToken);
            }
        }

        return await lake.GetAsync(request.Dataset, cancellationToken);
    }

    private async Task<CheckOutcome> RunAsync(
        DuckDbConnection connection, CheckRequest request, DatasetVersion version, Quarantine? quarantine, WorkContext context,
        CancellationToken cancellationToken)
    {
        // The passes of keys, the one for all, the samples, and two files.
        var steps = new StepProgress(
            request.Expectations.Count(e => e is UniqueExpectation) + 2 + (quarantine is null ? 0 : 2),
            context.Report,
            $"{CheckText.Count(request.Expectations.Count)} checks of {version.ToReference()}, {CheckText.Count(version.Rows)} rows");
        try
        {
            return await connection.RunAsync((c, token) => Run(c, request, version, quarantine, steps, token), steps.Report, cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw new ActivityException($"{version.ToReference()} cannot be checked: {e.Message.Split("\n\n")[0].ReplaceLineEndings(" ")}", e)
            {
                Retryable = e.Kind is DuckDbErrorKind.IO or DuckDbErrorKind.OutOfMemory,
            };
        }
    }

    private CheckOutcome Run(
        DuckDbConnection connection, CheckRequest request, DatasetVersion version, Quarantine? quarantine, StepProgress steps,
        CancellationToken cancellationToken)
    {
        var relation = lake.RelationOf(version);
        var checks = Plan(connection, request, version, relation);
        var (rows, measures) = CheckRun.Measure(connection, relation, checks, steps, cancellationToken);
        var unmet = checks.Zip(measures).Where(p => !p.Second.Met).Select(p => p.First).ToList();
        var columns = version.Columns.Select(c => c.Name).ToList();
        var samples = unmet.Where(c => c.Failing is not null && request.SampleRows > 0).ToDictionary(
            c => c.Expectation.Name,
            c => CheckSamples.Take(connection, lake.FilesOf(version), columns, c, request.SampleRows, cancellationToken));
        steps.Next();

        var failed = unmet.Where(c => c.Expectation.Severity == CheckSeverity.Error).ToList();
        var publishing = quarantine is not null && failed.TrueForAll(c => c.Failing is not null);
        string? tooMany = null;
        if (publishing && failed.Count == 0)
        {
            // Nothing is wrong: the dataset itself stays as it is, another one gets its files.
            publishing = version.Dataset != quarantine!.Good.Dataset;
            if (publishing)
            {
                quarantine.TakeAll();
            }
        }
        else if (publishing)
        {
            quarantine!.Write(connection, failed, steps, cancellationToken);
            tooMany = TooMany(quarantine.RejectedRows, rows, request.Quarantine!.MaxRejected);
        }

        publishing &= tooMany is null;
        return new CheckOutcome
        {
            Version = version,
            Rows = rows,
            Samples = samples,
            Complaint = tooMany,
            IsPublishing = publishing,
            Results = [.. checks.Zip(measures, (c, m) => Result(c, m, publishing))],
        };
    }

    private List<PlannedCheck> Plan(DuckDbConnection connection, CheckRequest request, DatasetVersion version, string relation)
    {
        connection.Execute($"CREATE TEMP VIEW {CheckPlanner.View} AS SELECT * FROM {relation}");
        var faults = request.Faults.ToList();
        var planner = new CheckPlanner(connection, version, clock.GetUtcNow(), faults);
        var checks = request.Expectations.Select(e => e.Plan(planner)).OfType<PlannedCheck>().ToList();
        return faults.Count == 0 ? checks : throw new ActivityException(string.Join(" ", faults)) { Retryable = false };
    }

    private static string? TooMany(long rejected, long rows, double maxRejected) =>
        rejected == rows ? $"none of the {CheckText.Count(rows)} rows is right, so nothing was published"
        : rejected > maxRejected * rows
            ? $"{CheckText.Count(rejected)} of {CheckText.Count(rows)} rows ({CheckText.Share((double)rejected / rows)}) would be set aside, more than " +
              $"maxRejected allows ({CheckText.Share(maxRejected)}), so nothing was published"
        : null;

    private static CheckResult Result(PlannedCheck check, CheckMeasure measure, bool setAside) => new()
    {
        Name = check.Expectation.Name,
        Check = check.Expectation.Check,
        Severity = check.Expectation.Severity,
        Status = measure.Met ? CheckStatus.Passed
            : check.Expectation.Severity == CheckSeverity.Warn ? CheckStatus.Warned
            : setAside ? CheckStatus.SetAside
            : CheckStatus.Failed,
        Expected = check.Expected,
        Observed = measure.Observed,
        Rows = measure.Rows,
        FailingRows = measure.FailingRows,
        Share = measure.Share,
    };
}
