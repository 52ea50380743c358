using System.Collections;
using System.Security.Cryptography;
using Dag.Workflows.Activities;

namespace Dag.Workflows.Values;

/// <summary>
/// Keeps large values out of events: over 32 KB a value becomes a reference to a blob under its hash, over 16 MB it is refused.
/// </summary>
internal sealed class ValueKeeper
{
    /// <summary>What an event holds at most of one value, in bytes.</summary>
    public const int InlineLimit = 32 * 1024;

    /// <summary>What a value may have at the most, in bytes.</summary>
    public const int Limit = 16 * 1024 * 1024;

    private readonly List<(string Hash, byte[] Content)> _new = [];

    /// <summary>The value, or a reference to it.</summary>
    /// <exception cref="ActivityException">It is over the limit.</exception>
    public object? Keep(object? value)
    {
        if (value is null or BlobReference || !MayExceed(value, InlineLimit))
        {
            return value;
        }

        var content = ValueCodec.Encode(value);
        if (content.Length <= InlineLimit)
        {
            return value;
        }

        if (content.Length > Limit)
        {
            throw new ActivityException(
                $"A value has {content.Length:N0} bytes; at most {Limit:N0} can be passed between activities. Store it as a dataset or a file and pass its name.")
            {
                Retryable = false,
            };
        }

        var reference = new BlobReference(Convert.ToHexStringLower(SHA256.HashData(content))) { Value = value };
        _new.Add((reference.Hash, content));
        return reference;
    }

    /// <summary>The contents that came since the last call, to be stored with the events that refer to them.</summary>
    public IReadOnlyList<(string Hash, byte[] Content)> TakeNew()
    {
        if (_new.Count == 0)
        {
            return [];
        }

        var taken = _new.ToArray();
        _new.Clear();
        return taken;
    }

    // A cheap lower bound decides for almost every value that it is small; only what may be large is encoded to be measured.
    private static bool MayExceed(object value, int limit) => Size(value, limit) > limit;

    private static long Size(object? value, int limit)
    {
        switch (value)
        {
            case string text:
                return text.Length * 3L;
            case byte[] bytes:
                return bytes.Length * 2L;
            case IEnumerable<KeyValuePair<string, object?>> entries:
                var size = 0L;
                foreach (var (key, entry) in entries)
                {
                    size += key.Length + Size(entry, limit) + 8;
                    if (size > limit)
                    {
                        break;
                    }
                }

                return size;
            case IEnumerable items:
                var total = 0L;
                foreach (var item in items)
                {
                    total += Size(item, limit) + 8;
                    if (total > limit)
                    {
                        break;
                    }
                }

                return total;
            default:
                return 24;
        }
    }
}
