namespace Dag.Activities.Models;

/// <summary>A trainer cannot be used on this machine. The message says what to install.</summary>
internal sealed class TrainerUnavailableException(string message) : Exception(message);
