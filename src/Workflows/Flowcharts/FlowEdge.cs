namespace Dag.Workflows.Flowcharts;

/// <summary>A connection by the positions of its activities in the flowchart.</summary>
/// <param name="Source">The position of the activity that it leaves.</param>
/// <param name="Port">The outcome that it follows; null is the plain completion.</param>
/// <param name="Target">The position of the activity that it enters.</param>
internal readonly record struct FlowEdge(int Source, string? Port, int Target);
