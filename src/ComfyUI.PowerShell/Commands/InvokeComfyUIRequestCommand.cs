using System;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Makes a request to any route of the server, with the session's credentials, limits, retries and errors.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ComfyUIRequest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PSObject), typeof(string), typeof(byte[]), typeof(System.IO.FileInfo))]
public sealed class InvokeComfyUIRequestCommand : SessionCmdlet
{
    /// <summary>The route, below the session's address, such as /object_info/KSampler.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Endpoint { get; set; } = string.Empty;

    /// <summary>The HTTP method.</summary>
    [Parameter(Position = 1)]
    [ValidateSet("Get", "Post", "Put", "Delete", "Patch", "Head", "Options")]
    public string Method { get; set; } = "Get";

    /// <summary>What is sent: text as it is, bytes as they are, anything else as JSON.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public object? Body { get; set; }

    /// <summary>The query, such as @{ max_items = 10 }.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Query { get; set; }

    /// <summary>The content type of the body. Without it: application/json, or application/octet-stream for bytes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ContentType { get; set; }

    /// <summary>A file for the answer; an existing one is overwritten.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        string path = WithQuery();
        bool changesNothing = Method.ToUpperInvariant() is "GET" or "HEAD" or "OPTIONS" && OutFile is null;
        if (!changesNothing && !ShouldProcess(session.ToString(), $"{Method.ToUpperInvariant()} {Redaction.Query(path)}"))
        {
            return;
        }

        try
        {
            Write(session, new HttpMethod(Method.ToUpperInvariant()), path, CreateBody());
        }
        catch (ComfyUIException e)
        {
            Fail(e, Redaction.Query(path));
        }
    }

    private void Write(ComfyUISession session, HttpMethod method, string path, Func<HttpContent>? body)
    {
        if (OutFile is not null)
        {
            string file = ResolveFilePath(OutFile);
            WriteFile(Ask(session, token => session.Server.DownloadAsync(method, path, file, body, token)));
            return;
        }

        ComfyUIResponse response = Ask(session, token => session.Server.RequestAsync(method, path, body, token));
        if (response.IsJson)
        {
            if (JsonToObject.Convert(response.Json) is { } value)
            {
                WriteObject(value, enumerateCollection: value is object?[]);
            }
        }
        else if (response.Text is not null)
        {
            WriteObject(response.Text);
        }
        else if (response.Bytes is not null)
        {
            WriteObject(response.Bytes, enumerateCollection: false);
        }
    }

    private Func<HttpContent>? CreateBody()
    {
        object? body = ObjectToJson.Unwrap(Body);
        if (body is null)
        {
            return null;
        }

        byte[] bytes = body switch
        {
            byte[] raw => raw,
            string text => Encoding.UTF8.GetBytes(text),
            _ => JsonText.WriteUtf8(ObjectToJson.Convert(Body)),
        };
        string type = ContentType ?? (body is byte[] ? "application/octet-stream" : "application/json");
        if (!MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? parsed))
        {
            throw ErrorRecords.InvalidArgument(ComfyUIErrorId.InvalidConfiguration, $"'{type}' is no content type.", "Give one such as application/json.");
        }

        return () =>
        {
            var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = parsed;
            return content;
        };
    }

    private string WithQuery()
    {
        var path = new StringBuilder(Endpoint);
        char separator = Endpoint.IndexOf('?') < 0 ? '?' : '&';
        foreach (DictionaryEntry entry in Query ?? new Hashtable())
        {
            string name = Convert.ToString(ObjectToJson.Unwrap(entry.Key), CultureInfo.InvariantCulture)!;
            object? value = ObjectToJson.Unwrap(entry.Value);
            string text = value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
            path.Append(separator).Append(System.Uri.EscapeDataString(name)).Append('=').Append(System.Uri.EscapeDataString(text));
            separator = '&';
        }

        return path.ToString();
    }
}
