using System.Text.Json;

namespace Dag.Workflows.Runs;

/// <summary>The names in stored events. They are in every database: none is ever changed or used again for something else.</summary>
internal static class EventNames
{
    public static readonly JsonEncodedText Type = JsonEncodedText.Encode("t");
    public static readonly JsonEncodedText At = JsonEncodedText.Encode("at");
    public static readonly JsonEncodedText Execution = JsonEncodedText.Encode("x");
    public static readonly JsonEncodedText Outcomes = JsonEncodedText.Encode("o");
    public static readonly JsonEncodedText Inputs = JsonEncodedText.Encode("in");
    public static readonly JsonEncodedText Outputs = JsonEncodedText.Encode("out");
    public static readonly JsonEncodedText Attempt = JsonEncodedText.Encode("n");
    public static readonly JsonEncodedText Message = JsonEncodedText.Encode("msg");
    public static readonly JsonEncodedText Due = JsonEncodedText.Encode("due");
    public static readonly JsonEncodedText Stimulus = JsonEncodedText.Encode("wait");
    public static readonly JsonEncodedText Node = JsonEncodedText.Encode("node");
    public static readonly JsonEncodedText SubStatus = JsonEncodedText.Encode("sub");
    public static readonly JsonEncodedText Generation = JsonEncodedText.Encode("gen");
    public static readonly JsonEncodedText Cleared = JsonEncodedText.Encode("cleared");
    public static readonly JsonEncodedText Scheduled = JsonEncodedText.Encode("s");
    public static readonly JsonEncodedText UpstreamFailed = JsonEncodedText.Encode("uf");
    public static readonly JsonEncodedText Propagates = JsonEncodedText.Encode("propagates");
    public static readonly JsonEncodedText Writes = JsonEncodedText.Encode("w");
    public static readonly JsonEncodedText FlowOwner = JsonEncodedText.Encode("f");
    public static readonly JsonEncodedText Visits = JsonEncodedText.Encode("v");
    public static readonly JsonEncodedText Tokens = JsonEncodedText.Encode("k");
    public static readonly JsonEncodedText Canceled = JsonEncodedText.Encode("c");
    public static readonly JsonEncodedText Breaking = JsonEncodedText.Encode("b");
    public static readonly JsonEncodedText IndexOwner = JsonEncodedText.Encode("io");
    public static readonly JsonEncodedText Index = JsonEncodedText.Encode("i");
    public static readonly JsonEncodedText Items = JsonEncodedText.Encode("items");
    public static readonly JsonEncodedText Composite = JsonEncodedText.Encode("co");
    public static readonly JsonEncodedText CompositeOutcomes = JsonEncodedText.Encode("coo");
    public static readonly JsonEncodedText Line = JsonEncodedText.Encode("line");
    public static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
    public static readonly JsonEncodedText Correlation = JsonEncodedText.Encode("corr");
    public static readonly JsonEncodedText RunOutputs = JsonEncodedText.Encode("ro");
    public static readonly JsonEncodedText Lingers = JsonEncodedText.Encode("lingers");
    public static readonly JsonEncodedText Outgoing = JsonEncodedText.Encode("send");
    public static readonly JsonEncodedText EndsRun = JsonEncodedText.Encode("end");

    private static readonly JsonEncodedText RunStartedName = JsonEncodedText.Encode("run");
    private static readonly JsonEncodedText StartedName = JsonEncodedText.Encode("start");
    private static readonly JsonEncodedText CompletedName = JsonEncodedText.Encode("done");
    private static readonly JsonEncodedText FaultedName = JsonEncodedText.Encode("fault");
    private static readonly JsonEncodedText FailedUpName = JsonEncodedText.Encode("failed");
    private static readonly JsonEncodedText CanceledName = JsonEncodedText.Encode("cancel");
    private static readonly JsonEncodedText QueuedName = JsonEncodedText.Encode("queue");
    private static readonly JsonEncodedText AttemptName = JsonEncodedText.Encode("try");
    private static readonly JsonEncodedText PortName = JsonEncodedText.Encode("port");
    private static readonly JsonEncodedText ReportedName = JsonEncodedText.Encode("child");
    private static readonly JsonEncodedText FailedName = JsonEncodedText.Encode("fail");
    private static readonly JsonEncodedText RetryName = JsonEncodedText.Encode("retry");
    private static readonly JsonEncodedText LostName = JsonEncodedText.Encode("lost");
    private static readonly JsonEncodedText ReturnedName = JsonEncodedText.Encode("return");
    private static readonly JsonEncodedText FinishedName = JsonEncodedText.Encode("end");
    private static readonly JsonEncodedText ReopenedName = JsonEncodedText.Encode("reopen");

    public static JsonEncodedText Of(RunEvent e) => e switch
    {
        ExecutionCompleted => CompletedName,
        ExecutionStarted => StartedName,
        WorkQueued => QueuedName,
        AttemptStarted => AttemptName,
        PortEntered => PortName,
        ChildReported => ReportedName,
        ExecutionFaulted => FaultedName,
        ExecutionFailed => FailedUpName,
        ExecutionCanceled => CanceledName,
        AttemptFailed => FailedName,
        RetryDue => RetryName,
        AttemptLost => LostName,
        AttemptReturned => ReturnedName,
        RunStarted => RunStartedName,
        RunFinished => FinishedName,
        RunReopened => ReopenedName,
        _ => throw new InvalidDataException($"The event type {e.GetType().Name} has no name."),
    };
}
