using System.Globalization;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Http;

/// <summary>Sends an HTTP request and leaves by the outcome for its answer.</summary>
[Activity("Elsa.FlowSendHttpRequest", Category = "HTTP", DisplayName = "HTTP Request (flow)", Outcomes = ["Done", Unmatched, FailedToConnect, Timeout],
    Description = "Sends an HTTP request and leaves by Done and by its status code if that is expected, else by 'Unmatched status code'; or by 'Failed to connect', or 'Timeout'.")]
internal sealed class FlowSendHttpRequest(HttpCaller caller, TimeProvider clock, ILogger<FlowSendHttpRequest> logger) : SendHttpRequestBase(caller, clock, logger)
{
    private const string Unmatched = "Unmatched status code";
    private const string FailedToConnect = "Failed to connect";
    private const string Timeout = "Timeout";

    /// <summary>The status codes.</summary>
    [Input("The status codes that are expected: each is an outcome. With retries, 408, 429 and 5xx are tried again unless they are expected. Default: none; it then leaves by Done alone.",
        UIHint = UIHints.MultiText, Suggested = new[] { 200 })]
    public IReadOnlyList<int> ExpectedStatusCodes { get; set; } = [];

    /// <inheritdoc/>
    protected override bool Expects(WorkContext context, int statusCode) => ExpectedStatusCodes.Contains(statusCode);

    /// <inheritdoc/>
    protected override void LeaveAnswered(WorkContext context, int statusCode)
    {
        if (ExpectedStatusCodes.Count > 0)
        {
            context.SetOutcomes(Expects(context, statusCode) ? statusCode.ToString(CultureInfo.InvariantCulture) : Unmatched, "Done");
        }
        else
        {
            context.SetOutcomes("Done");
        }
    }

    /// <inheritdoc/>
    protected override void LeaveUnanswered(WorkContext context, bool timedOut) => context.SetOutcomes(timedOut ? Timeout : FailedToConnect);
}
