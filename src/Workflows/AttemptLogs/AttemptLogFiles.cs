using System.Security.Cryptography;
using System.Text;

namespace Dag.Workflows.AttemptLogs;

/// <summary>The names of the files: one for each run, a JSON object a line.</summary>
internal static class AttemptLogFiles
{
    public const string Extension = ".jsonl";

    /// <summary>The file of a run. Ids are made here and fit; any other text is hashed, so that none leads out of the folder.</summary>
    public static string Of(string folder, string runId) => Path.Combine(folder, (IsName(runId) ? runId : HashOf(runId)) + Extension);

    private static bool IsName(string runId) =>
        runId.Length is > 0 and <= 64 && runId.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');

    private static string HashOf(string runId) => "_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(runId)));
}
