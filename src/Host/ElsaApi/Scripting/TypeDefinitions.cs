using System.Text;
using System.Text.RegularExpressions;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Scripts;
using Dag.Workflows.Values;

namespace Dag.Host.ElsaApi.Scripting;

/// <summary>Writes TypeScript declarations of what the scripts of a workflow find.</summary>
internal static partial class TypeDefinitions
{
    // As sandbox.js and library.js define them.
    private const string Common = """
        /** A variable's value, by name. */
        declare function getVariable(name: string): any;
        /** Sets a variable, by name. */
        declare function setVariable(name: string, value: any): void;
        /** The value of one of the workflow's inputs. */
        declare function getInput(name: string): any;
        /** The last value of an output of an activity, by the activity's id or name; the output is Result unless another is named. */
        declare function getOutputFrom(activity: string, output?: string): any;
        /** The last value of an output named Result. */
        declare function getLastResult(): any;
        declare function getWorkflowDefinitionId(): string;
        declare function getWorkflowDefinitionVersionId(): string;
        declare function getWorkflowDefinitionVersion(): number;
        declare function getWorkflowInstanceId(): string;
        declare function getCorrelationId(): string | null;
        declare function setCorrelationId(id: string | null): void;
        declare function getWorkflowInstanceName(): string | null;
        declare function setWorkflowInstanceName(name: string | null): void;
        declare function isNullOrWhiteSpace(text: string): boolean;
        declare function isNullOrEmpty(text: string): boolean;
        declare function toJson(value: any): string;
        declare function newGuid(): Guid;
        declare function newGuidString(): string;
        declare function newShortGuid(): string;
        declare function parseGuid(text: string): Guid;
        declare function getGuidString(guid: Guid | string): string;
        declare function getShortGuid(guid: Guid | string): string;
        declare function bytesToString(bytes: Uint8Array): string;
        declare function bytesFromString(text: string): Uint8Array;
        declare function bytesToBase64(bytes: Uint8Array): string;
        declare function bytesFromBase64(text: string): Uint8Array;
        declare function stringToBase64(text: string): string;
        declare function stringFromBase64(text: string): string;
        declare function streamToBytes(bytes: Uint8Array): Uint8Array;
        declare function streamToBase64(bytes: Uint8Array): string;
        declare class TimeSpan {
            static FromDays(n: number): TimeSpan; static FromHours(n: number): TimeSpan; static FromMinutes(n: number): TimeSpan;
            static FromSeconds(n: number): TimeSpan; static FromMilliseconds(n: number): TimeSpan; static Parse(text: string): TimeSpan;
            readonly TotalDays: number; readonly TotalHours: number; readonly TotalMinutes: number; readonly TotalSeconds: number;
            readonly TotalMilliseconds: number; Add(other: TimeSpan): TimeSpan; Subtract(other: TimeSpan): TimeSpan; ToString(): string;
        }
        declare class Guid { static NewGuid(): Guid; static Parse(text: string): Guid; static readonly Empty: Guid; ToString(format?: string): string; }
        declare class DateTime { static readonly UtcNow: Date; static readonly Now: Date; static readonly Today: Date; static Parse(text: string): Date; }
        declare class DateTimeOffset { static readonly UtcNow: Date; static readonly Now: Date; static Parse(text: string): Date; }
        declare class Random { constructor(seed?: number); Next(low?: number, high?: number): number; NextDouble(): number; }
        interface Date {
            AddDays(n: number): Date; AddHours(n: number): Date; AddMinutes(n: number): Date; AddSeconds(n: number): Date;
            AddMonths(n: number): Date; AddYears(n: number): Date; Add(span: TimeSpan): Date; ToUnixTimeSeconds(): number; ToString(): string;
            readonly Year: number; readonly Month: number; readonly Day: number; readonly Hour: number; readonly Minute: number; readonly Second: number;
        }

        """;

    private const string Outcomes = """
        /** Ends the activity with this outcome. */
        declare function setOutcome(outcome: string): void;
        /** Ends the activity with these outcomes. */
        declare function setOutcomes(outcomes: string[]): void;

        """;

    /// <summary>The declarations.</summary>
    /// <param name="definition">The workflow.</param>
    /// <param name="catalog">The activity types.</param>
    /// <param name="choosesOutcome">Whether the script chooses the outcome of its activity.</param>
    public static string Of(WorkflowDefinition definition, ActivityCatalog catalog, bool choosesOutcome)
    {
        var text = new StringBuilder(Common);
        if (choosesOutcome)
        {
            text.Append(Outcomes);
        }

        var declared = new HashSet<string>(StringComparer.Ordinal);
        text.Append("declare const variables: {\n");
        foreach (var variable in definition.Variables)
        {
            text.Append($"    {Member(variable.Name)}: {TypeOf(variable.TypeName, variable.IsArray)};\n");
        }

        text.Append("    [name: string]: any;\n};\n");
        foreach (var variable in definition.Variables.Where(v => PlainName.IsMatch(v.Name)))
        {
            var (name, type) = (GraphScripts.Pascal(variable.Name), TypeOf(variable.TypeName, variable.IsArray));
            Declare($"get{name}", $"(): {type}");
            Declare($"set{name}", $"(value: {type}): void");
        }

        foreach (var input in definition.Inputs.Where(i => PlainName.IsMatch(i.Name)))
        {
            Declare($"get{GraphScripts.Pascal(input.Name)}", $"(): {TypeOf(input.TypeName, input.IsArray)}");
        }

        foreach (var (name, type) in OutputsOf(definition, catalog))
        {
            Declare(name, $"(): {type}");
        }

        return text.ToString();

        void Declare(string name, string signature)
        {
            if (PlainName.IsMatch(name) && declared.Add(name))
            {
                text.Append($"declare function {name}{signature};\n");
            }
        }
    }

    // getResultFromConvert1, by the activity's name and by its id.
    private static IEnumerable<(string Name, string Type)> OutputsOf(WorkflowDefinition definition, ActivityCatalog catalog)
    {
        if (definition.Root is null)
        {
            yield break;
        }

        foreach (var node in GraphCompiler.NodesOf(definition, catalog))
        {
            foreach (var output in node.Descriptor.Outputs)
            {
                foreach (var activity in new[] { node.Definition.Name, node.Id }.Where(a => a is { Length: > 0 }))
                {
                    yield return ($"get{GraphScripts.Pascal(output.Name)}From{GraphScripts.Pascal(activity!)}", TypeOf(output.TypeName, isArray: false));
                }
            }
        }
    }

    private static string TypeOf(string? alias, bool isArray)
    {
        var type = TypeAliases.Resolve(alias);
        var name = type switch
        {
            _ when type == typeof(string) => "string",
            _ when type == typeof(bool) => "boolean",
            _ when type == typeof(int) || type == typeof(long) || type == typeof(double) || type == typeof(decimal) => "number",
            _ when type == typeof(DateTimeOffset) => "Date",
            _ when type == typeof(TimeSpan) => "TimeSpan",
            _ when type == typeof(Guid) => "Guid",
            _ when type == typeof(byte[]) => "Uint8Array",
            _ when type == typeof(IReadOnlyDictionary<string, string>) => "{ [name: string]: string }",
            _ => "any",
        };
        return isArray ? $"({name})[]" : name;
    }

    private static string Member(string name) => PlainName.IsMatch(name) ? name : System.Text.Json.JsonSerializer.Serialize(name);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex PlainName { get; }
}
