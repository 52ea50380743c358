using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Dag.Tests;
using Dag.Workflows.Storage;
using Dapper;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Web;

/// <summary>
/// Every endpoint that there is, also one that is added tomorrow, with what nobody should send: it is refused as a problem and stores nothing,
/// or means something; it is never an error of the service.
/// </summary>
public sealed class BadInputTests(PostgreSqlServer postgreSql)
{
    private const string Hook = "/hooks/in/a";

    private static readonly string[] Prefixes = ["/elsa/api/", "/api/v1/", "/hooks/"];

    private static readonly string[] BadSegments =
        ["nowhere", "%00", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e", "%5c..%5c", "%F0%9F%98%80", "%ED%A0%80", "%FF%FE", "%25", "%0D%0AX-Evil:%201", "'%20OR%201=1--", "a%3A9", new string('x', 3000)];

    private static readonly string[] Names =
    [
        "page", "pageSize", "skip", "take", "search", "searchTerm", "orderBy", "orderDirection", "versionOptions", "ids", "id", "definitionId", "definitionIds", "status", "subStatus", "workflow", "parent",
        "isSystem", "activityNodeIds", "activityNodeId", "workflowInstanceId", "parentNodeId", "childNodeId", "includeConsumingWorkflows", "name", "follow", "activity", "execution", "attempt", "refresh", "correlationId",
    ];

    private static readonly string[] BadValues = ["", "-1", "0", "99999999999999999999", "1e400", "Odd;DROP%20TABLE%20runs", "%00", "%ED%A0%80", "2026-99-99T99:99:99Z"];

    private static readonly string[] BadMembers =
    [
        "null", "true", "-1", "99999999999999999999", "1e400", "\"\"", "\"Odd\"", "\"\\u0000\"", "\"\\ud800\"", "\"..\\/..\\/etc\\/passwd\"", "\"2026-99-99\"", "[]", "{}", "[null]", "[[[]]]", "[{\"a\":5}]", "{\"a\":{\"b\":null}}",
    ];

    private static readonly byte[][] BadBodies =
    [
        [], [0], [0xFF, 0xFE], "\uFEFF{}"u8.ToArray(), "["u8.ToArray(), "null"u8.ToArray(), "5"u8.ToArray(), "\"text\""u8.ToArray(), "[]"u8.ToArray(), "{\"a\":1"u8.ToArray(), "{\"a\":tru"u8.ToArray(), "{}{}"u8.ToArray(),
        [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8], Encoding.UTF8.GetBytes(new string('[', 100_000)), Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 5000)}{new string(']', 5000)}}}"),
        Encoding.UTF8.GetBytes($"{{\"model\":{{\"name\":\"n\",\"root\":{string.Concat(Enumerable.Repeat("{\"type\":\"Elsa.Sequence\",\"activities\":[", 120))}{string.Concat(Enumerable.Repeat("]}", 120))}}},\"publish\":true}}"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task No_endpoint_fails_at_bad_input_or_stores_what_it_refuses(string database)
    {
        await using var other = database == "postgresql" ? (PostgreSqlTestDatabase)await postgreSql.CreateDatabaseAsync(empty: true) : null;
        await using var test = await TestServer.StartAsync(configure: o => o with { ConnectionString = other?.Connection });
        var run = await PrepareAsync(test);
        var wrong = new List<string>();
        var asked = 0;
        foreach (var endpoint in Endpoints(test))
        {
            foreach (var request in RequestsFor(endpoint, run))
            {
                using (request)
                {
                    await AskAsync(test, request, wrong);
                }

                asked++;
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {asked}:\n{string.Join('\n', wrong.Take(60))}");
        Assert.True(asked > 5000, $"{asked} requests");
    }

    [Theory]
    [InlineData("/elsa/api/workflow-definitions/import-files")]
    [InlineData("/elsa/api/bulk-actions/import/workflow-instances")]
    public async Task Archives_that_want_to_do_harm_are_refused_and_nothing_of_them_is_stored(string path)
    {
        await using var test = await TestServer.StartAsync();
        var good = Encoding.UTF8.GetBytes(FlowJson.Sequence("good"));
        var zip = Zip(("good.json", good));
        byte[][] archives =
        [
            [], "PK"u8.ToArray(), zip[..^10], zip[..20], [.. zip.Take(40), .. new byte[200], .. zip.Skip(240)],
            Zip(("bomb.json", new byte[200 << 20])),
            Zip([.. Enumerable.Range(0, 2000).Select(i => ($"{i}.json", "{"u8.ToArray()))]),
            Zip(("good.json", good), ("../../../etc/evil.json", "{ no json"u8.ToArray())),
            Zip(("good.json", good), ("inner.json", Zip(("good.json", good)))),
            Patched(zip, 0x02014b50, 10, 99), Patched(zip, 0x02014b50, 24, 0xFF), Patched(zip, 0x02014b50, 20, 0xFF), Patched(zip, 0x02014b50, 42, 0xFF),
            Zip(("good.json", good), ("bytes.json", [0xFF, 0xFE, 0, 1])), Zip(("a\0b.json", "{"u8.ToArray())), Zip(("no-json.txt", good)),
        ];
        for (var i = 0; i < archives.Length; i++)
        {
            var before = await StoredAsync(test);
            using var form = new MultipartFormDataContent { { new ByteArrayContent(archives[i]), "files", "..\\..\\evil.zip" } };
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            using var response = await test.Client.SendAsync(request, Token);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"archive {i}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Token)}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(before, await StoredAsync(test));
        }
    }

    [Fact]
    public async Task Forms_that_are_none_are_refused()
    {
        await using var test = await TestServer.StartAsync();
        await PrepareAsync(test);
        foreach (var path in (string[])["/elsa/api/workflow-definitions/import-files", "/elsa/api/bulk-actions/import/workflow-instances", Hook])
        {
            foreach (var (type, body) in ((string, string)[])
            [
                ("multipart/form-data", "x"), ("multipart/form-data; boundary=", "--\r\n"), ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"x\"\r\n\r\n{"),
                ("multipart/form-data; boundary=b", "--b\r\nnonsense\r\n\r\n\0\r\n--b--"), ("multipart/form-data; boundary=" + new string('b', 300), "x"), ("multipart/form-data; boundary=b", string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", 3000)) + "--b--"),
                ("application/x-www-form-urlencoded", "%ZZ=%00&" + string.Join('&', Enumerable.Range(0, 5000).Select(i => $"a{i}=1"))),
            ])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                request.Headers.Add("Sec-Fetch-Site", "same-origin");
                var wrong = new List<string>();
                await AskAsync(test, request, wrong);
                Assert.Empty(wrong);
            }
        }
    }

    private static IEnumerable<RouteEndpoint> Endpoints(TestServer test) => test.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(e => Array.Exists(Prefixes, p => PathOf(e).StartsWith(p, StringComparison.Ordinal)));

    private static string PathOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private static IEnumerable<HttpRequestMessage> RequestsFor(RouteEndpoint endpoint, string run)
    {
        var path = PathOf(endpoint);
        foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "DELETE"])
        {
            var isChange = method is not "GET" and not "HEAD";
            foreach (var segment in path.Contains('{', StringComparison.Ordinal) ? BadSegments : [])
            {
                yield return Request(method, Filled(endpoint, segment), isChange ? "{}"u8.ToArray() : null);
            }

            // What is there, so that what follows is read at all; nothing that is there is changed.
            var real = Filled(endpoint, isChange ? "nowhere" : path.Contains("/runs/", StringComparison.Ordinal) || path.Contains("instances/", StringComparison.Ordinal) || path.Contains("journal", StringComparison.Ordinal) ? run : "main");
            foreach (var value in BadValues)
            {
                yield return Request(method, $"{real}?{string.Join('&', Names.Select(n => $"{n}={value}"))}", isChange ? "{}"u8.ToArray() : null);
                foreach (var name in isChange ? [] : Names)
                {
                    yield return Request(method, $"{real}?{name}={value}", null);
                }
            }

            foreach (var body in isChange ? BodiesFor(endpoint) : [])
            {
                yield return Request(method, path == "/hooks/{**path}" ? Hook : real, body);
            }

            if (isChange)
            {
                var huge = Request(method, real, null);
                huge.Headers.ExpectContinue = true;
                huge.Content = new StreamContent(new MemoryStream(new byte[(16 << 20) + 1])) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                yield return huge;
            }
        }
    }

    // Each member of what it reads with each value that may not fit, beside bodies that fit nothing.
    private static IEnumerable<byte[]> BodiesFor(RouteEndpoint endpoint)
    {
        var members = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType?.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)) ?? [];
        if (PathOf(endpoint) == "/api/v1/runs")
        {
            members = members.Concat(["files\":[{\"name\":\"a\",\"text\":\"{}\"}],\"inputs", "files\":[{\"name\":\"a\",\"text\":\"{}\"}],\"events"]);
        }

        return BadBodies.Concat(members.SelectMany(m => BadMembers.Select(v => Encoding.UTF8.GetBytes($"{{\"{m}\":{v}}}"))));
    }

    private static string Filled(RouteEndpoint endpoint, string value) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { ParameterPolicies: [_, ..] } => "1",
        _ => value,
    }))));

    private static HttpRequestMessage Request(string method, string path, byte[]? body)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return request;
    }

    private static async Task AskAsync(TestServer test, HttpRequestMessage request, List<string> wrong)
    {
        var before = await StoredAsync(test);
        using var response = await SendAsync(test, request);
        if (response is null)
        {
            return;
        }

        var status = (int)response.StatusCode;

        // Kestrel itself refuses a path with a zero in it, before there is anybody to say why.
        var path = request.RequestUri!.OriginalString;
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" || status == 400 && path.Split('?')[0].Contains("%00", StringComparison.Ordinal);
        var what = status >= 500 ? "fails" : status >= 400 && !isProblem ? "is no problem+json" : status >= 400 && await StoredAsync(test) != before ? "stores" : null;
        if (what is not null)
        {
            var body = request.Content is ByteArrayContent content ? Encoding.UTF8.GetString(await content.ReadAsByteArrayAsync(Token)) : "";
            wrong.Add($"{what}: {status} {request.Method} {path[..Math.Min(path.Length, 120)]} {body[..Math.Min(body.Length, 80)]}");
        }
    }

    // Null when a large body was not wanted, but all went well: then the client sends it all the same, and its connection is closed meanwhile.
    private static async Task<HttpResponseMessage?> SendAsync(TestServer test, HttpRequestMessage request)
    {
        try
        {
            return await test.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        }
        catch (HttpRequestException e) when (request.Headers.ExpectContinue == true && e.InnerException is IOException)
        {
            return null;
        }
    }

    private static Task<string> StoredAsync(TestServer test) => test.Server.Services.GetRequiredService<MetadataDatabase>().ReadAsync(
        async (connection, token) => (await connection.ExecuteScalarAsync<string>(new CommandDefinition(
            """
            SELECT (SELECT COUNT(*) FROM workflow_definitions) || ' ' || (SELECT COALESCE(SUM(is_published), 0) FROM workflow_definitions) || ' '
                || (SELECT COALESCE(SUM(revision + is_frozen), 0) FROM definition_edits) || ' ' || (SELECT COUNT(*) FROM runs)
            """,
            cancellationToken: token)))!,
        Token);

    private static async Task<string> PrepareAsync(TestServer test)
    {
        await test.PublishAsync(FlowJson.Of("main", "\"inputs\": [ { \"name\": \"Who\", \"type\": \"String\" } ]", FlowJson.WriteInput("w", "Who")));
        await test.PublishAsync(FlowJson.Sequence(
            "hook",
            """{ "id": "h", "type": "Elsa.HttpEndpoint", "path": { "typeName": "String", "expression": { "type": "Literal", "value": "in/{id}" } }, "supportedMethods": { "typeName": "Object", "expression": { "type": "Object", "value": "[\"POST\",\"PUT\",\"DELETE\",\"GET\"]" } }, "customProperties": { "canStartWorkflow": true } }"""));
        var run = await test.StartRunAsync("main");
        await test.WaitAsync(run, "Finished");
        return run;
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return buffer.ToArray();
    }

    // Another byte in a header of an archive.
    private static byte[] Patched(byte[] zip, uint signature, int offset, byte value)
    {
        var copy = zip.ToArray();
        copy[copy.AsSpan().IndexOf(BitConverter.GetBytes(signature)) + offset] = value;
        return copy;
    }
}
