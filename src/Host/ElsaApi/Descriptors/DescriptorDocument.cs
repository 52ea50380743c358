using System.Security.Cryptography;
using System.Text.Json;
using Dag.Workflows.Activities;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Dag.Host.ElsaApi.Descriptors;

/// <summary>The list of activity types as bytes, made once.</summary>
internal sealed class DescriptorDocument
{
    private readonly Lazy<(byte[] Content, EntityTagHeaderValue Tag)> _made;

    public DescriptorDocument(ActivityCatalog catalog, IOptions<JsonOptions> json) => _made = new(() =>
    {
        var items = catalog.All.OrderBy(d => d.Category, StringComparer.Ordinal).ThenBy(d => d.DisplayName, StringComparer.Ordinal).Select(ActivityDescriptors.Of);
        var content = JsonSerializer.SerializeToUtf8Bytes(new ElsaList<ActivityDescriptorItem>([.. items]), json.Value.SerializerOptions);
        return (content, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\""));
    });

    public byte[] Content => _made.Value.Content;

    public EntityTagHeaderValue Tag => _made.Value.Tag;
}
