namespace Dag.Host.Web.Hooks;

/// <summary>A request that is not taken.</summary>
/// <param name="statusCode">The status code of the answer.</param>
/// <param name="message">Why, for the caller.</param>
/// <param name="innerException">The cause.</param>
internal sealed class HookRefusedException(int statusCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public int StatusCode { get; } = statusCode;

    /// <summary>Whether the run may be stored all the same, later.</summary>
    public bool RunMayFollow { get; init; }

    public static HookRefusedException Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, message);

    public static HookRefusedException Malformed(string message, Exception? cause = null) => new(StatusCodes.Status400BadRequest, message, cause);

    public static HookRefusedException TooLarge(string message) => new(StatusCodes.Status413PayloadTooLarge, message);
}
