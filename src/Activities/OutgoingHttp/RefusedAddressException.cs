namespace Dag.Activities.OutgoingHttp;

/// <summary>A request was about to reach an address that outgoing HTTP refuses.</summary>
/// <param name="message">Names the host, the address and what it is.</param>
internal sealed class RefusedAddressException(string message) : Exception(message)
{
    /// <summary>Whether it is refused only as long as <see cref="OutgoingHttpOptions"/> does not allow it.</summary>
    public required bool CanBeAllowed { get; init; }
}
