using System.Buffers;
using System.Text;
using System.Text.Json;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Runs;

/// <summary>
/// A run's state as bytes, so that folding can begin there instead of at the run's first event. Nothing but a shortcut: a snapshot that
/// cannot be read is thrown away, and the history is folded from its beginning.
/// </summary>
internal static class RunSnapshot
{
    /// <summary>Raised whenever the fold or this format changes; older snapshots are then thrown away.</summary>
    public const int FormatVersion = 3;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>The bytes of a state.</summary>
    public static byte[] Write(RunState state)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format", FormatVersion);
            state.WriteSnapshot(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The state of a snapshot; the events after its <see cref="RunState.Sequence"/> are folded on top.</summary>
    /// <exception cref="InvalidDataException">It is damaged, has another format, or belongs to another definition: fold from the beginning.</exception>
    public static RunState Read(byte[] snapshot, string runId, WorkflowGraph graph)
    {
        try
        {
            using var document = JsonDocument.Parse(snapshot, Options);
            var format = document.RootElement.GetProperty("format").GetInt32();
            return format == FormatVersion
                ? RunState.ReadSnapshot(document.RootElement, runId, graph)
                : throw new InvalidDataException($"Run {runId}: the snapshot has the format {format}, not {FormatVersion}.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"Run {runId}: the snapshot cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// What the snapshot's run was started with, which names its definition; null when that cannot be read. Looks no further than there: a
    /// snapshot can be large.
    /// </summary>
    public static RunStarted? StartOf(ReadOnlySpan<byte> snapshot)
    {
        try
        {
            var reader = new Utf8JsonReader(snapshot, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isFormat, isStart) = (reader.ValueTextEquals("format"), reader.ValueTextEquals("start"));
                reader.Read();
                if (isFormat && reader.GetInt32() != FormatVersion)
                {
                    return null;
                }

                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isStart)
                {
                    return EventReader.ReadStart(snapshot[from..(int)reader.BytesConsumed].ToArray());
                }
            }

            return null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The bytes of a part of a document.</summary>
    internal static byte[] BytesOf(JsonElement element) => Encoding.UTF8.GetBytes(element.GetRawText());
}
