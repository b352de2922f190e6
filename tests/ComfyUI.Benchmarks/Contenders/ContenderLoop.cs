using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>The contenders that are part of this program: reads commands and answers them, a line of JSON each.</summary>
internal static class ContenderLoop
{
    internal static async Task<int> RunAsync(string name)
    {
        IContender contender = name switch
        {
            "socket" => new SocketFloor(),
            "floor" => new HttpFloor(),
            "client" => new ClientContender(),
            "curl" => new CurlContender(),
            _ => throw new ArgumentException($"There is no contender {name}."),
        };
        try
        {
            while (await Console.In.ReadLineAsync() is { } line)
            {
                JsonObject answer;
                try
                {
                    answer = await contender.DoAsync(JsonNode.Parse(line)!.AsObject());
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    answer = new JsonObject { ["error"] = e.GetType().Name + ": " + e.Message };
                }

                Console.WriteLine(answer.ToJsonString());
            }
        }
        finally
        {
            (contender as IDisposable)?.Dispose();
        }

        return 0;
    }

    /// <summary>The answer of a command that took so long, each time.</summary>
    internal static JsonObject Took(IEnumerable<double> milliseconds, int completed)
    {
        var list = new JsonArray();
        foreach (double value in milliseconds)
        {
            list.Add(value);
        }

        return new JsonObject { ["ms"] = list, ["completed"] = completed };
    }
}

/// <summary>Does what it is told.</summary>
internal interface IContender
{
    /// <summary>Does one command and answers, or throws.</summary>
    Task<JsonObject> DoAsync(JsonObject command);
}
