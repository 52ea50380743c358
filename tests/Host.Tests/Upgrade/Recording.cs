using System.Text.Json;

namespace Dag.Host.Tests.Upgrade;

/// <summary>What stands beside a recorded data folder: its runs, what to answer, and what each comes to.</summary>
/// <param name="Scenarios">The scenarios that were played, by name.</param>
/// <param name="Others">Further runs that were there: children, and what schedules had started.</param>
internal sealed record Recording(IReadOnlyDictionary<string, RecordedScenario> Scenarios, IReadOnlyList<string> Others)
{
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "workflows", "upgrades");

    public static Recording Read(string name)
    {
        using var file = File.OpenRead(Path.Combine(Folder, name + ".json"));
        return JsonSerializer.Deserialize<Recording>(file, JsonSerializerOptions.Web)!;
    }
}

/// <summary>One scenario of a recording.</summary>
/// <param name="Runs">The runs that it started.</param>
/// <param name="Answers">What they wait for from outside, in order.</param>
/// <param name="Started">The lines of runs that have yet to be started, by workflow.</param>
internal sealed record RecordedScenario(
    IReadOnlyList<RecordedRun> Runs, IReadOnlyList<RecordedAnswer> Answers, IReadOnlyDictionary<string, IReadOnlyList<string>> Started);

/// <summary>A run that was killed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AtKill">Its sub-status then.</param>
/// <param name="Expected">What it comes to.</param>
internal sealed record RecordedRun(string Id, string AtKill, ExpectedRun Expected);

/// <summary>What a run comes to. What is left out is not there: no lines, no output, no incidents, no name, no correlation id.</summary>
/// <param name="SubStatus">The sub-status that it stays in.</param>
/// <param name="Lines">What it wrote.</param>
/// <param name="Output">Its outputs.</param>
/// <param name="Incidents">The activity and the message of each incident.</param>
/// <param name="Name">Its name.</param>
/// <param name="CorrelationId">Its correlation id.</param>
internal sealed record ExpectedRun(
    string SubStatus, IReadOnlyList<string>? Lines, JsonElement? Output, IReadOnlyList<string>? Incidents, string? Name, string? CorrelationId);

/// <summary>A request that a run waits for.</summary>
/// <param name="Post">Where it is sent.</param>
/// <param name="Body">Its JSON; <c>{data}</c> in it is the data folder.</param>
/// <param name="Answer">The JSON that it is answered with once the run waits.</param>
internal sealed record RecordedAnswer(string Post, JsonElement Body, JsonElement Answer);
