using System.Globalization;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Http;

/// <summary>Sends an HTTP request and runs the activity that is embedded for its answer.</summary>
[Activity("Elsa.SendHttpRequest", Category = "HTTP", DisplayName = "HTTP Request", EmbeddedPorts = [Unmatched, FailedToConnect, Timeout],
    Description = "Sends an HTTP request, then runs the activity that is embedded for the status code, for other status codes, for no connection or for no answer in time.")]
internal sealed class SendHttpRequest(HttpCaller caller, TimeProvider clock, ILogger<SendHttpRequest> logger) : SendHttpRequestBase(caller, clock, logger)
{
    private const string Unmatched = "unmatchedStatusCode";
    private const string FailedToConnect = "failedToConnect";
    private const string Timeout = "timeout";

    /// <summary>The status codes with their activities.</summary>
    [Input("The status codes that are expected, each with the activity to run. With retries, 408, 429 and 5xx are tried again unless they are expected.",
        UIHint = UIHints.HttpStatusCodes)]
    [PortCases("statusCode")]
    public object? ExpectedStatusCodes { get; set; }

    /// <inheritdoc/>
    protected override bool Expects(WorkContext context, int statusCode) => context.Cases.Contains(NameOf(statusCode));

    /// <inheritdoc/>
    protected override void LeaveAnswered(WorkContext context, int statusCode) =>
        context.EnterPort(Expects(context, statusCode) ? NameOf(statusCode) : Unmatched);

    /// <inheritdoc/>
    protected override void LeaveUnanswered(WorkContext context, bool timedOut) => context.EnterPort(timedOut ? Timeout : FailedToConnect);

    private static string NameOf(int statusCode) => statusCode.ToString(CultureInfo.InvariantCulture);
}
