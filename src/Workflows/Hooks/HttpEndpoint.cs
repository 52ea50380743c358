using Dag.Workflows.Activities;
using Dag.Workflows.Running;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Hooks;

/// <summary>
/// Waits for an HTTP request at <c>/hooks/{path}</c>. As a trigger of a published workflow each request starts a run; in the middle of a
/// run it waits for one. The web does the asking: here is what it asks for, and what comes of it.
/// </summary>
[Activity("Elsa.HttpEndpoint", Category = "HTTP", DisplayName = "HTTP Endpoint",
    Description = "Waits for an HTTP request at /hooks/{path}. As a trigger each request starts a run.")]
internal sealed class HttpEndpoint() : ControlActivity(
    Path, SupportedMethods, Authorize, Policy, RequestTimeout, RequestSizeLimit, FileSizeLimit, AllowedFileExtensions, BlockedFileExtensions, AllowedMimeTypes,
    ExposeRequestTooLargeOutcome, ExposeFileTooLargeOutcome, ExposeInvalidFileExtensionOutcome, ExposeInvalidFileMimeTypeOutcome,
    SigningSecret, SignatureFormat, ReplayWindow, ApiKey, ApiKeyHeader, IdempotencyKey)
{
    public const string StimulusPrefix = "Http:";
    public const string DefaultApiKeyHeader = "X-Api-Key";
    public static readonly TimeSpan DefaultReplayWindow = TimeSpan.FromMinutes(5);

    private static readonly ControlInput<string> Path = new("Path",
        "The path below /hooks, such as orders/{id}; needed. Values: {id}, file-{id}.json, and last {id?}, {id=1} or {*rest}. In the middle of a run it may be an expression.");

    private static readonly ControlInput<IReadOnlyList<string>> SupportedMethods = new("SupportedMethods", "The methods that are accepted. Default: GET.")
    {
        Default = ["GET"],
        UIHint = UIHints.CheckList,
        Options = ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"],
    };

    private static readonly ControlInput<bool> Authorize = new("Authorize", "Whether callers must show the service's own key (DAG_API_KEY). Default: false.");
    private static readonly ControlInput<string> Policy = new("Policy", "Policies are not known here; leave it empty.");

    private static readonly ControlInput<TimeSpan?> RequestTimeout = new("RequestTimeout",
        "How long a caller waits for the workflow's HTTP Response before it is answered with 202 and the run's id. Default: 30 seconds; at most one hour.");

    private static readonly ControlInput<long?> RequestSizeLimit = new("RequestSizeLimit", "The largest body, in bytes. Default: 16,777,216. What is no file may have 12,582,912 at the most.");
    private static readonly ControlInput<long?> FileSizeLimit = new("FileSizeLimit", "The largest single file, in bytes. Default: as large as the body may be.");
    private static readonly ControlInput<IReadOnlyList<string>> AllowedFileExtensions = new("AllowedFileExtensions", "The extensions that files may have. Default: all.") { UIHint = UIHints.MultiText };
    private static readonly ControlInput<IReadOnlyList<string>> BlockedFileExtensions = new("BlockedFileExtensions", "The extensions that files may not have. Default: none.") { UIHint = UIHints.MultiText };
    private static readonly ControlInput<IReadOnlyList<string>> AllowedMimeTypes = new("AllowedMimeTypes", "The content types that files may have. Default: all.") { UIHint = UIHints.MultiText };

    private static readonly ControlInput<bool> ExposeRequestTooLargeOutcome = new("ExposeRequestTooLargeOutcome", "Whether a body that is too large is an outcome, 'Request too large', instead of 413. Signed requests get 413.") { Wrapped = false };
    private static readonly ControlInput<bool> ExposeFileTooLargeOutcome = new("ExposeFileTooLargeOutcome", "Whether a file that is too large is an outcome, 'File too large', instead of 413.") { Wrapped = false };
    private static readonly ControlInput<bool> ExposeInvalidFileExtensionOutcome = new("ExposeInvalidFileExtensionOutcome", "Whether a wrong extension is an outcome, 'Invalid file extension', instead of 415.") { Wrapped = false };
    private static readonly ControlInput<bool> ExposeInvalidFileMimeTypeOutcome = new("ExposeInvalidFileMimeTypeOutcome", "Whether a wrong content type of a file is an outcome, 'Invalid file MIME type', instead of 415.") { Wrapped = false };

    private static readonly ControlInput<string> SigningSecret = new("SigningSecret", "The secret that callers sign requests with, HMAC-SHA256, as secret:NAME. Default: requests are not signed.") { Sensitive = true };

    private static readonly ControlInput<HookSignatureFormat> SignatureFormat = new("SignatureFormat",
        "Timestamped (default): X-Dag-Signature: sha256=HEX signs TIMESTAMP.METHOD.TARGET.BODY, X-Dag-Timestamp holds the seconds since 1970, TARGET is path and query; a signature is used once. " +
        "GitHub: X-Hub-Signature-256 signs the body.");

    private static readonly ControlInput<TimeSpan?> ReplayWindow = new("ReplayWindow", "By how much the time of a timestamped signature may differ from now. Default: 5 minutes.");
    private static readonly ControlInput<string> ApiKey = new("ApiKey", "A key that callers must send, as secret:NAME. Default: none.") { Sensitive = true };
    private static readonly ControlInput<string> ApiKeyHeader = new("ApiKeyHeader", "The header that holds the key. Default: X-Api-Key; 'Authorization: Bearer KEY' is understood as well.");

    private static readonly ControlInput<string> IdempotencyKey = new("IdempotencyKey",
        "What makes repeated requests one run: the name of a header such as X-GitHub-Delivery, or a member of the JSON body such as $.event.id. Default: the header Idempotency-Key, if it is sent.");

    public override IReadOnlyList<OutputDescriptor> Outputs { get; } =
    [
        new("Result", typeof(IReadOnlyDictionary<string, object?>), "The request: Method, Path, QueryString, ContentType, ContentLength, Host, RemoteAddress."),
        new("ParsedContent", typeof(object), "The body: of JSON the value, of a form its fields, of text the text, of anything else a file."),
        new("Files", typeof(IReadOnlyList<object?>), "The files that were sent, each with Name, FileName, ContentType, Length and Path, where it can be read."),
        new("File", typeof(object), "The first of them."),
        new("RouteData", typeof(IReadOnlyDictionary<string, object?>), "The values of the path, by name."),
        new("QueryStringData", typeof(IReadOnlyDictionary<string, object?>), "The values of the query, by name; a list where there are several."),
        new("Headers", typeof(IReadOnlyDictionary<string, object?>), "The headers, by name, without credentials; a list where there are several."),
    ];

    public override ValueTask ExecuteAsync(Step step)
    {
        // A connection that leads back here waits for another request.
        if (step.State.Start!.TriggerActivityId == step.Node.Id && !step.Execution.ByBackwardEdge)
        {
            foreach (var (name, value) in step.State.Start.TriggerOutputs ?? new Dictionary<string, object?>())
            {
                step.SetOutput(name, value);
            }

            step.Complete(step.State.Start.TriggerOutcomes);
            return ValueTask.CompletedTask;
        }

        var settings = HookSettings.Of(GivenInputs(step));
        step.Wait(new Bookmark(StimulusPrefix + string.Join(',', settings.Methods) + " " + settings.Route.Template, null));
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a run waits for a request.</summary>
    public static bool IsWaiting(Bookmark bookmark) => bookmark.Stimulus.StartsWith(StimulusPrefix, StringComparison.Ordinal);

    // A secret that is not a reference is in no event, and would be missing where the request is checked.
    private static Dictionary<string, object?> GivenInputs(Step step)
    {
        var inputs = step.GivenInputs.ToDictionary(i => i.Key, i => i.Value);
        foreach (var secret in (ControlInput<string>[])[SigningSecret, ApiKey])
        {
            if (step.Get(secret) is { Length: > 0 } value && !Secrets.IsReference(value))
            {
                throw new ActivityException($"Input '{secret.Descriptor.Name}' must name a secret, as secret:NAME, not hold it.") { Retryable = false };
            }
        }

        return inputs;
    }
}
