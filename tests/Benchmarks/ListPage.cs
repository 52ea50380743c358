namespace Dag.Benchmarks;

/// <summary>A page of a list, as it is asked for.</summary>
/// <param name="What">What it shows.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Body">What is posted; null for a GET.</param>
internal sealed record ListPage(string What, string Path, string? Body = null)
{
    private const string Studio = "/elsa/api/workflow-definitions?";

    public static IReadOnlyList<ListPage> All { get; } =
    [
        new("definitions, first page", $"{Studio}versionOptions=Latest&Page=0&PageSize=10&SearchTerm=&IsSystem=False&OrderBy=&OrderDirection=Ascending"),
        new("definitions, last page", $"{Studio}versionOptions=Latest&Page=99&PageSize=10"),
        new("definitions, newest first", $"{Studio}versionOptions=Latest&Page=0&PageSize=100&OrderBy=Created&OrderDirection=Descending"),
        new("definitions, found", $"{Studio}versionOptions=Latest&Page=0&PageSize=10&SearchTerm=orders"),
        new("definitions, published", $"{Studio}versionOptions=Published"),
        new("definitions, published ones of a page", $"{Studio}versionOptions=Published&{string.Join('&', Enumerable.Range(0, 10).Select(i => $"DefinitionIds={ListData.WorkflowId(i)}"))}"),
        new("definitions, latest or published (menu of the instances)", $"{Studio}versionOptions=LatestOrPublished"),
        new("definitions, versions of one", $"{Studio}versionOptions=AllVersions&Page=0&PageSize=10&DefinitionIds={ListData.WorkflowId(7)}&OrderBy=Version&OrderDirection=Descending"),
        new("definitions, names of versions", $"{Studio}versionOptions=&{string.Join('&', Enumerable.Range(0, 10).Select(i => $"Ids={ListData.VersionId(i, 2)}"))}"),
        new("definitions, count", "/elsa/api/workflow-definitions/query/count"),
        new("definitions, whether a name is new", "/elsa/api/workflow-definitions/validation/is-name-unique?name=Workflow%201"),
        Instances("first page", ""),
        Instances("100 on a page", """ "pageSize": 100 """),
        Instances("page 5,000", """ "page": 5000 """),
        Instances("last page", """ "page": 9999 """),
        Instances("oldest first", """ "orderDirection": "Ascending" """),
        Instances("last executed first", """ "orderBy": "LastExecuted" """),
        Instances("last executed first, page 5,000", """ "orderBy": "LastExecuted", "page": 5000 """),
        Instances("last finished first", """ "orderBy": "Finished" """),
        Instances("by name", """ "orderBy": "Name", "orderDirection": "Ascending" """),
        Instances("by name, page 5,000", """ "orderBy": "Name", "orderDirection": "Ascending", "page": 5000 """),
        Instances("running", """ "status": "Running" """),
        Instances("finished", """ "status": "Finished" """),
        Instances("finished, by name", """ "status": "Finished", "orderBy": "Name" """),
        Instances("faulted", """ "subStatus": "Faulted" """),
        Instances("faulted or cancelled, last executed first", """ "subStatuses": ["Faulted", "Cancelled"], "orderBy": "LastExecuted" """),
        Instances("suspended", """ "subStatus": "Suspended" """),
        Instances("of one workflow", $""" "definitionIds": ["{ListData.WorkflowId(3)}"] """),
        Instances("of one workflow with many runs", $""" "definitionIds": ["{ListData.WorkflowId(0)}"] """),
        Instances("of one workflow with many runs, faulted, by name", $""" "definitionIds": ["{ListData.WorkflowId(0)}"], "subStatus": "Faulted", "orderBy": "Name" """),
        Instances("of 20 workflows", $""" "definitionIds": [{string.Join(", ", Enumerable.Range(0, 20).Select(i => $"\"{ListData.WorkflowId(i)}\""))}] """),
        Instances("of one version", $""" "definitionVersionId": "{ListData.VersionId(0, 2)}" """),
        Instances("of versions with a number", """ "version": 1 """),
        Instances("with incidents", """ "hasIncidents": true """),
        Instances("without incidents", """ "hasIncidents": false """),
        Instances("with a correlation id", """ "correlationId": "order-5000" """),
        Instances("created in one day", """ "timestampFilters": [ { "column": "CreatedAt", "operator": "GreaterThanOrEqual", "timestamp": "2026-10-10T00:00:00Z" }, { "column": "CreatedAt", "operator": "LessThan", "timestamp": "2026-10-11T00:00:00Z" } ] """),
        Instances("finished since", """ "timestampFilters": [ { "column": "FinishedAt", "operator": "GreaterThan", "timestamp": "2026-10-20T00:00:00Z" } ] """),
        Instances("found, many", """ "searchTerm": "orders" """),
        Instances("found, one", """ "searchTerm": "order-77777" """),
        Instances("found, none", """ "searchTerm": "nowhere to be found" """),
        Instances("found and finished, by name", """ "searchTerm": "orders", "status": "Finished", "orderBy": "Name" """),
        new("runs, first page", "/api/v1/runs"),
        new("runs, 500 on a page", "/api/v1/runs?take=500"),
        new("runs, in the middle", "/api/v1/runs?skip=50000"),
        new("runs, faulted", "/api/v1/runs?subStatus=Faulted"),
        new("runs, of one workflow", $"/api/v1/runs?workflow={ListData.WorkflowId(3)}&status=Finished"),
        new("runs, found", "/api/v1/runs?search=orders"),
        new("runs, started by a run", $"/api/v1/runs?parent={ListData.RunId(10)}"),
        new("workflows, first page", "/api/v1/workflows"),
        new("workflows, found", "/api/v1/workflows?search=orders&take=500"),
        new("workflows, 500 on a page", "/api/v1/workflows?take=500&skip=500"),
        new("datasets", "/api/v1/datasets"),
        new("models", "/api/v1/models"),
    ];

    private static ListPage Instances(string what, string members) => new(
        $"instances, {what}",
        "/elsa/api/workflow-instances",
        members.Contains("pageSize", StringComparison.Ordinal) ? $$"""{ {{members}} }""" : $$"""{ "pageSize": 10 {{(members.Length > 0 ? "," + members : "")}} }""");
}
