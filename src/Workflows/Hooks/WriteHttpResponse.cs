using System.Net;
using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Hooks;

/// <summary>Answers the request that started or resumed the run. The caller gets it when the decision is stored.</summary>
[Activity("Elsa.WriteHttpResponse", Category = "HTTP", DisplayName = "HTTP Response",
    Description = "Answers the HTTP request that started or resumed the run. It faults when nobody waits for the answer any more.")]
internal sealed class WriteHttpResponse() : ControlActivity(StatusCode, Content, ContentType, ResponseHeaders)
{
    private static readonly ControlInput<HttpStatusCode> StatusCode = new("StatusCode", "The status code, 200 to 599. Default: 200.") { Default = HttpStatusCode.OK, UIHint = UIHints.DropDown };
    private static readonly ControlInput<object> Content = new("Content", "The body: text and bytes are sent as they are, anything else as JSON. Default: none.") { UIHint = UIHints.MultiLine };

    private static readonly ControlInput<string> ContentType = new("ContentType", "The content type of the body. Default: text/plain, application/octet-stream or application/json, by the content.")
    {
        UIHint = UIHints.DropDown,
        Options = ["", "application/json", "application/octet-stream", "application/xml", "text/html", "text/plain", "text/xml"],
    };

    private static readonly ControlInput<object> ResponseHeaders = new("ResponseHeaders", "Headers by name, a JSON object; a value is a text or a list of texts. Default: none.") { UIHint = UIHints.Json };

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        var response = HookResponseWriter.Write(
            (int)step.Get(StatusCode), step.State.Resolve(step.Get(Content)), step.Get(ContentType), step.Get(ResponseHeaders));
        if (step.Caller?.TryClaim(response) != true)
        {
            throw new InvalidOperationException(
                "There is no HTTP caller to answer: the run was not started by a request, or the caller has been answered, because the run waited for " +
                "something else, took too long, or its process was started again.");
        }

        step.Complete();
        return ValueTask.CompletedTask;
    }
}
