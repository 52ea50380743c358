using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dag.Workflows.Runs;

/// <summary>A run of another workflow is started.</summary>
internal sealed record ChildStart : Outgoing
{
    /// <summary>The id that the run will have.</summary>
    public required string RunId { get; init; }

    /// <summary>The id of the version that was published when it was decided.</summary>
    public required string DefinitionVersionId { get; init; }

    public string? CorrelationId { get; init; }

    public IReadOnlyList<KeyValuePair<string, object?>> Input { get; init; } = [];

    /// <summary>What the run tells the execution that starts it.</summary>
    public required ChildReports Reports { get; init; }

    /// <summary>The id of the child that an execution starts as its first, second, …: the same however often it is decided.</summary>
    public static string IdOf(string runId, int generation, long execution, int index)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{runId}:{generation}:{execution}:{index}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)).AsSpan(0, 16));
    }
}

/// <summary>How a child stands, as it tells the execution that started it.</summary>
/// <param name="RunId">The child.</param>
/// <param name="SubStatus">Suspended when it waits for the first time; else how it ended.</param>
/// <param name="Output">Its outputs.</param>
internal sealed record ChildReport(string RunId, RunSubStatus SubStatus, IReadOnlyDictionary<string, object?> Output);
