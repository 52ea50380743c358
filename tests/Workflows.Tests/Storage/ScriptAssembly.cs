using System.Reflection;
using System.Text;

namespace Dag.Workflows.Tests.Storage;

/// <summary>An assembly that holds nothing but migration scripts.</summary>
internal sealed class ScriptAssembly(params (string Name, string Sql)[] scripts) : Assembly
{
    public override string[] GetManifestResourceNames() => [.. scripts.Select(s => $"Some.Feature.Migrations.{s.Name}.sql")];

    public override Stream? GetManifestResourceStream(string name) => new MemoryStream(
        Encoding.UTF8.GetBytes(scripts.Single(s => name.EndsWith($".{s.Name}.sql", StringComparison.Ordinal)).Sql));
}
