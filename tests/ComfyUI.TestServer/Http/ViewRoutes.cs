using System;
using System.IO;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>GET /view: a file of input, output or temp.</summary>
internal sealed class ViewRoutes(ServerFiles files)
{
    public void AddTo(Router router) => router.Map("GET", "/view", (context, _) => ViewAsync(context));

    private async Task ViewAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!query.TryGetValue("filename", out var given))
        {
            await Reply.EmptyAsync(context, 404);
            return;
        }

        var (name, type) = ServerFiles.Annotation(given.ToString(), query.TryGetValue("type", out var asked) ? asked.ToString() : "output");
        if (name.Length == 0 || name[0] == '/' || name.Contains("..", StringComparison.Ordinal) || files.Folder(type) is not { } folder)
        {
            await Reply.EmptyAsync(context, 400);
            return;
        }

        if (query.TryGetValue("subfolder", out var sub))
        {
            if (ServerFiles.Inside(folder, sub.ToString()) is not { } inside)
            {
                await Reply.EmptyAsync(context, 403);
                return;
            }

            folder = inside;
        }

        // Only the last part of the name counts; a folder in it is dropped without a word.
        name = name[(name.LastIndexOf('/') + 1)..];
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            await Reply.EmptyAsync(context, 404);
            return;
        }

        var disposition = FileReply.Disposition(name);
        if (query.TryGetValue("preview", out var preview) && Converted(path, preview.ToString(), query["channel"].ToString()) is { } converted)
        {
            context.Response.Headers.ContentDisposition = disposition;
            await Reply.BytesAsync(context, converted.Body, converted.ContentType);
        }
        else if (query["channel"].ToString() is "rgb" or "a")
        {
            var image = Decode(path);
            var png = query["channel"] == "rgb" ? image.WithChannels(3) : AlphaOnly(image);
            context.Response.Headers.ContentDisposition = disposition;
            await Reply.BytesAsync(context, PngEncoder.Encode(png), "image/png");
        }
        else
        {
            await FileReply.SendAsync(context, path, MediaTypes.Harmless(name), disposition);
        }
    }

    // The real server makes WebP of everything but "jpeg"; there is no WebP encoder here, so that answer is a PNG that says so.
    private static (byte[] Body, string ContentType)? Converted(string path, string preview, string channel)
    {
        var parts = preview.Split(';');
        if (parts.Length > 1 && (!int.TryParse(parts[^1], out var quality) || quality > 100))
        {
            throw new PyException("ValueError", "Invalid quality");
        }

        var image = Decode(path).WithChannels(3);
        return parts[0] == "jpeg" && !channel.Contains('a', StringComparison.Ordinal)
            ? (JpegEncoder.Encode(image), "image/jpeg")
            : (PngEncoder.Encode(image), "image/png");
    }

    private static PixelImage Decode(string path) =>
        PngDecoder.TryDecode(File.ReadAllBytes(path))?.Image ?? throw new PyException("PIL.UnidentifiedImageError", "cannot identify image file");

    private static PixelImage AlphaOnly(PixelImage image)
    {
        var result = new PixelImage(image.Width, image.Height, 4);
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            result.Data[(i * 4) + 3] = image.Sample(i % image.Width, i / image.Width, 3);
        }

        return result;
    }
}
