using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Dag.Host.Tests.ElsaApi;

/// <summary>Speaks SignalR's JSON protocol as Studio's client does: negotiate, then a socket that carries nothing but the token.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<string> _received = new();
    private string _rest = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Connects to the hub with what the HTTP client sends; the query goes with the socket.</summary>
    public static async Task<HubClient> ConnectAsync(HttpClient client, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/elsa/hubs/workflow-instance/negotiate?negotiateVersion=1");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        var answer = await client.SendAsync(request, Token);
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("connectionToken").GetString()!;
        var hub = new HubClient();
        await hub._socket.ConnectAsync(new Uri($"{client.BaseAddress!.AbsoluteUri.Replace("http", "ws", StringComparison.Ordinal)}elsa/hubs/workflow-instance?id={token}{query}"), Token);
        await hub.SendAsync("""{"protocol":"json","version":1}""");
        await hub.ReceiveAsync();
        return hub;
    }

    public Task ObserveAsync(string runId) => SendAsync($$"""{"type":1,"target":"ObserveInstanceAsync","arguments":["{{runId}}"],"invocationId":"1"}""");

    /// <summary>Waits for a call of this name and gives its first argument.</summary>
    public async Task<JsonElement> WaitAsync(string target, Func<JsonElement, bool>? matches = null)
    {
        while (true)
        {
            var message = JsonSerializer.Deserialize<JsonElement>(await ReceiveAsync());
            if (message.TryGetProperty("target", out var name) && name.GetString() == target && matches?.Invoke(message.GetProperty("arguments")[0]) != false)
            {
                return message.GetProperty("arguments")[0];
            }

            if (message.TryGetProperty("error", out var error))
            {
                throw new InvalidOperationException(error.GetString());
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task SendAsync(string message) => _socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, true, Token);

    private async Task<string> ReceiveAsync()
    {
        var buffer = new byte[16 * 1024];
        while (_received.Count == 0)
        {
            var result = await _socket.ReceiveAsync(buffer, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
            var parts = (_rest + Encoding.UTF8.GetString(buffer, 0, result.Count)).Split(End);
            _rest = parts[^1];
            foreach (var part in parts[..^1])
            {
                _received.Enqueue(part);
            }
        }

        return _received.Dequeue();
    }
}
