using System.Net;
using Dag.Host.Data;
using Dag.Host.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.Cli;

/// <summary>Speaks to the process that serves a data folder.</summary>
internal static class ServiceClient
{
    /// <summary>A client for the process that serves the folder; null when none does, or when the one that holds it serves nothing.</summary>
    public static HttpClient? Find(string dataFolder)
    {
        if (DataFolder.FindServer(dataFolder) is not { Addresses: [var address, ..] })
        {
            return null;
        }

        // What listens everywhere is reached on this machine.
        var client = new HttpClient
        {
            BaseAddress = new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (Environment.GetEnvironmentVariable(ServeVerb.KeyVariable) is { Length: > 0 } key)
        {
            client.DefaultRequestHeaders.Add("X-Api-Key", key);
        }

        return client;
    }

    /// <summary>Sends a request and gives the answer as soon as its head is there; a refusal too, if it is the one that is accepted.</summary>
    /// <exception cref="UsageException">The service refuses, in its own words, or does not answer.</exception>
    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, HttpStatusCode? accept = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new UsageException($"The service on {client.BaseAddress} does not answer: {e.Message}");
        }

        if (response.IsSuccessStatusCode || response.StatusCode == accept)
        {
            return response;
        }

        using (response)
        {
            throw new UsageException(await ProblemOfAsync(response, cancellationToken));
        }
    }

    private static async Task<string> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            return $"The service wants its key: set the environment variable {ServeVerb.KeyVariable} to it.";
        }

        try
        {
            var problem = await response.Content.ReadFromJsonAsync<ProblemDetails>(cancellationToken);
            return problem?.Detail ?? problem?.Title ?? $"The service answered {(int)response.StatusCode}.";
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or NotSupportedException)
        {
            return $"The service answered {(int)response.StatusCode}.";
        }
    }
}
