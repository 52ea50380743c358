namespace Dag.Host.Hosting;

/// <summary>What the user gave cannot be used; the message says what and how to mend it.</summary>
internal sealed class UsageException(string message) : Exception(message);
