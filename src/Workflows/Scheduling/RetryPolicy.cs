using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Dag.Workflows.Scheduling;

/// <summary>How often an activity is tried, and how long to wait in between. Pure: the same execution always waits the same.</summary>
/// <remarks>
/// As JSON: <c>{"maxAttempts": 5, "delay": "00:00:10", "backoff": 2, "maxDelay": "00:10:00", "jitter": 0.2}</c>, every member optional.
/// Spans are written as <c>[d.]hh:mm:ss[.fff]</c> or as a number of seconds.
/// </remarks>
internal sealed record RetryPolicy
{
    /// <summary>The most attempts that can be asked for.</summary>
    public const int MostAttempts = 1000;

    /// <summary>The steepest backoff.</summary>
    public const double SteepestBackoff = 100;

    /// <summary>The longest wait between two attempts.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);

    /// <summary>One attempt.</summary>
    public static readonly RetryPolicy None = new();

    private static readonly string[] Members = ["maxAttempts", "delay", "backoff", "maxDelay", "jitter"];

    /// <summary>How many attempts there are in all, the first included. Default 1: no retry.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>The wait after the first attempt. Default 10 seconds.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Each wait is this many times the one before. Default 2; 1 is always the same wait.</summary>
    public double Backoff { get; init; } = 2;

    /// <summary>No wait is longer. Default one hour, or the delay if that is longer.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>By which part a wait is shortened or lengthened at random, from 0 (default) to 1, so that many that failed together do not return together.</summary>
    public double Jitter { get; init; }

    /// <summary>How long to wait after an attempt that failed.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="runId">With the execution and the attempt the seed of the jitter.</param>
    /// <param name="executionId">The execution.</param>
    /// <param name="asked">How long whoever refused the attempt asked to wait; no shorter wait is chosen, up to the longest one.</param>
    public TimeSpan NextDelay(int attempt, string runId, long executionId, TimeSpan? asked = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var seconds = Math.Min(Delay.TotalSeconds * Math.Pow(Backoff, attempt - 1), MaxDelay.TotalSeconds);
        var spread = Jitter == 0 ? 1 : 1 + (Jitter * ((2 * Random(runId, executionId, attempt)) - 1));
        var least = asked?.TotalSeconds ?? 0;
        return TimeSpan.FromSeconds(Math.Min(Math.Max(seconds * spread, least), MaxDelay.TotalSeconds));
    }

    /// <summary>Reads a policy.</summary>
    /// <param name="json">An object; null or undefined is <see cref="None"/>.</param>
    /// <param name="faults">Gets everything that is wrong: each names the member, its value and what is allowed.</param>
    /// <returns>The policy; null when something is wrong.</returns>
    public static RetryPolicy? Parse(JsonElement json, List<string> faults)
    {
        if (json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return None;

        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"{Shown(json)} is no object: write one such as {{\"maxAttempts\": 3, \"delay\": \"00:00:10\"}}");
            return null;
        }

        var before = faults.Count;
        var policy = Read(json, faults);
        return faults.Count == before ? policy : null;
    }

    private static RetryPolicy Read(JsonElement json, List<string> faults)
    {
        var before = faults.Count;
        var policy = None;
        var hasMaxDelay = false;
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name.ToLowerInvariant())
            {
                case "maxattempts":
                    policy = policy with { MaxAttempts = (int)Number(member, 1, MostAttempts, isWhole: true, faults) };
                    break;
                case "delay":
                    policy = policy with { Delay = Span(member, faults) };
                    break;
                case "backoff":
                    policy = policy with { Backoff = Number(member, 1, SteepestBackoff, isWhole: false, faults) };
                    break;
                case "maxdelay":
                    policy = policy with { MaxDelay = Span(member, faults) };
                    hasMaxDelay = true;
                    break;
                case "jitter":
                    policy = policy with { Jitter = Number(member, 0, 1, isWhole: false, faults) };
                    break;
                default:
                    faults.Add($"{Shorten(member.Name)} is not known: write {string.Join(", ", Members)}");
                    break;
            }
        }

        if (policy.MaxDelay >= policy.Delay || faults.Count > before)
            return policy;
        if (hasMaxDelay)
            faults.Add($"maxDelay {policy.MaxDelay} is shorter than the delay {policy.Delay}: make it at least as long");
        return policy with { MaxDelay = policy.Delay };
    }

    private static double Number(JsonProperty member, double min, double max, bool isWhole, List<string> faults)
    {
        if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDouble(out var number)
            && number >= min && number <= max && (!isWhole || number == Math.Floor(number)))
        {
            return number;
        }

        faults.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{member.Name} {Shown(member.Value)}: write a {(isWhole ? "whole " : "")}number from {min} to {max}"));
        return min;
    }

    private static TimeSpan Span(JsonProperty member, List<string> faults)
    {
        var value = member.Value;
        TimeSpan? span = null;
        if (value.ValueKind == JsonValueKind.String && TimeSpan.TryParseExact(value.GetString(), "c", CultureInfo.InvariantCulture, out var parsed))
            span = parsed;
        else if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds >= 0 && seconds <= LongestDelay.TotalSeconds)
            span = TimeSpan.FromSeconds(seconds);

        if (span is { } given && given >= TimeSpan.Zero && given <= LongestDelay)
            return given;

        faults.Add($"{member.Name} {Shown(value)}: write a span from 0 to {LongestDelay.TotalDays:0} days, such as \"00:00:10\", or seconds as a number");
        return TimeSpan.Zero;
    }

    private static string Shown(JsonElement value) => Shorten(value.GetRawText());

    private static string Shorten(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");

    /// <summary>A number from 0 up to 1 that is the same on every machine and in every replay.</summary>
    private static double Random(string runId, long executionId, int attempt)
    {
        var seed = string.Create(CultureInfo.InvariantCulture, $"{runId}/{executionId}/{attempt}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
