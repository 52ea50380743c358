using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Dag.Host.Hosting;
using Dag.Host.Web.Api;
using Dag.Workflows.AttemptLogs;
using Dag.Workflows.Running;
using Dag.Workflows.Storage;
using Microsoft.AspNetCore.WebUtilities;

namespace Dag.Host.Cli;

/// <summary><c>dag logs</c>: prints the log of a run, from the service that has it, or from its data folder when nobody serves that.</summary>
internal static class LogsVerb
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        var activity = new Argument<string?>("ACTIVITY") { Description = "Only the lines of the activity with this id.", Arity = ArgumentArity.ZeroOrOne };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the run is over." };
        var attempt = new Option<int?>("--attempt") { Description = "Only this attempt, from 1.", HelpName = "N" };
        var execution = new Option<long?>("--execution") { Description = "Only this activity execution; an activity in a loop has many.", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print each line as a JSON object." };
        var data = new Option<string>("--data") { Description = "The data folder.", DefaultValueFactory = _ => "data", HelpName = "DIR" };
        var command = new Command("logs", "Prints what the activities of a run logged.") { run, activity, follow, attempt, execution, json, data };
        command.SetAction((parsed, cancellationToken) => PrintAsync(
            parsed.GetRequiredValue(data),
            parsed.GetRequiredValue(run),
            new LogFilter { Activity = parsed.GetValue(activity), Attempt = parsed.GetValue(attempt), Execution = parsed.GetValue(execution) },
            parsed.GetValue(follow),
            line => parsed.GetValue(json) ? JsonSerializer.Serialize(line, LogLine.Json) : LogLineText.Of(line, TimeProvider.System.LocalTimeZone),
            Console.Out,
            cancellationToken));
        return command;
    }

    /// <summary>Prints the lines.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">There is no such run, or the service refuses.</exception>
    public static async Task<int> PrintAsync(
        string dataFolder, string runId, LogFilter filter, bool follow, Func<LogLine, string> format, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = ServiceClient.Find(dataFolder);
        var lines = client is null
            ? ReadFolderAsync(dataFolder, runId, filter, follow, cancellationToken)
            : AskAsync(client, runId, filter, follow, cancellationToken);
        await foreach (var line in lines)
        {
            await output.WriteLineAsync(format(line));
            if (follow)
            {
                await output.FlushAsync(cancellationToken);
            }
        }

        await output.FlushAsync(cancellationToken);
        return ExitCode.Ok;
    }

    private static async IAsyncEnumerable<LogLine> AskAsync(
        HttpClient client, string runId, LogFilter filter, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = QueryHelpers.AddQueryString($"/api/v1/runs/{Uri.EscapeDataString(runId)}/logs", new Dictionary<string, string?>
        {
            ["activity"] = filter.Activity,
            ["attempt"] = filter.Attempt?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["execution"] = filter.Execution?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["follow"] = follow ? "true" : null,
        });
        using var response = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (!follow)
        {
            await foreach (var line in JsonSerializer.DeserializeAsyncEnumerable<LogLine>(body, LogLine.Json, cancellationToken))
            {
                yield return line!;
            }

            yield break;
        }

        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            if (item.EventType == RunLogEndpoints.EndEvent)
            {
                yield break;
            }

            yield return JsonSerializer.Deserialize<LogLine>(item.Data, LogLine.Json)!;
        }

        throw new UsageException("The service stopped before the run was over.");
    }

    private static async IAsyncEnumerable<LogLine> ReadFolderAsync(
        string dataFolder, string runId, LogFilter filter, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = DagHostOptions.FromEnvironment(dataFolder).Validated();
        if (options.ConnectionString is null && !File.Exists(Path.Combine(dataFolder, StorageOptions.SqliteFile)))
        {
            throw new UsageException($"The folder {Path.GetFullPath(dataFolder)} holds no data of the service: name its data folder with --data.");
        }

        await using var services = new ServiceCollection().AddLogging().AddDag(options).BuildServiceProvider();
        if (await services.GetRequiredService<DagEngine>().FindRunAsync(runId, cancellationToken) is null)
        {
            throw new UsageException($"There is no run {runId} in {Path.GetFullPath(dataFolder)}.");
        }

        var logs = services.GetRequiredService<AttemptLogReader>();
        var lines = follow ? logs.FollowAsync(runId, filter, cancellationToken: cancellationToken) : logs.ReadAsync(runId, filter, cancellationToken: cancellationToken);
        await foreach (var line in lines)
        {
            yield return line;
        }
    }
}
