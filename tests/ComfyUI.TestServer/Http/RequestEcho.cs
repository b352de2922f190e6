using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ComfyUI.TestServer;

/// <summary>What a server or proxy says that repeats what a request brought along: its address, headers and body.</summary>
internal sealed record RequestEcho(string Text, string HeaderText)
{
    private const int LongestBody = 64 * 1024;

    public static async Task<RequestEcho> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        List<string> said = [context.Features.Get<IHttpRequestFeature>()!.RawTarget, .. request.Query.Select(one => one.Value.ToString())];
        foreach (var header in request.Headers)
        {
            var value = header.Value.ToString();
            said.AddRange([value, value.Split(' ')[^1]]);
            if (value.StartsWith("Basic ", StringComparison.Ordinal))
            {
                var pair = Encoding.UTF8.GetString(Convert.FromBase64String(value[6..]));
                said.AddRange([pair, pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..]]);
            }
        }

        if (request.ContentLength is > 0 and <= LongestBody)
        {
            said.Add(Encoding.UTF8.GetString(await RequestBody.ReadAsync(context, LongestBody)));
        }

        var text = string.Join(' ', said.SelectMany(one => new[]
        {
            one, Uri.EscapeDataString(one), WebUtility.UrlEncode(one), WebUtility.HtmlEncode(one), JsonSerializer.Serialize(one).Trim('"'),
        }).Distinct());
        return new RequestEcho(text, string.Join(' ', said.Take(20).Where(one => one.Length < 200).Select(Uri.EscapeDataString)));
    }
}
