namespace Dag.Activities.OutgoingHttp;

/// <summary>A request was about to reach an address that outgoing HTTP refuses.</summary>
/// <param name="message">Names the host, the address and what it is.</param>
internal sealed class RefusedAddressException(string message) : Exception(message);
