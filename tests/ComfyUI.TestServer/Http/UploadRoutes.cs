using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ComfyUI.TestServer;

/// <summary>POST /upload/image and /upload/mask.</summary>
internal sealed class UploadRoutes(ServerProcess process)
{
    public void AddTo(Router router)
    {
        router.Map("POST", "/upload/image", (context, _) => UploadAsync(context, (_, content) => content));
        router.Map("POST", "/upload/mask", (context, _) => UploadAsync(context, Compose));
    }

    private async Task UploadAsync(HttpContext context, Func<IReadOnlyList<FormPart>, byte[], byte[]?> change)
    {
        if (process.Options.DiscardUploads)
        {
            await context.Request.Body.CopyToAsync(Stream.Null, 1024 * 1024, context.RequestAborted);
            await Reply.JsonAsync(context, Py.Dict(("name", "discarded"), ("subfolder", ""), ("type", "input")));
            return;
        }

        var body = await RequestBody.ReadAsync(context, process.Options.MaxUploadSize);
        IReadOnlyList<FormPart> parts = [];
        if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.MediaType == "multipart/form-data")
        {
            var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
            parts = MultipartBody.Parse(body, boundary.Length > 0 ? boundary : throw new PyException("ValueError", "boundary missing"));
        }

        var file = parts.FirstOrDefault(p => p.Name == "image");
        if (file is null)
        {
            await Reply.EmptyAsync(context, 400);
            return;
        }

        // A plain field is a text in Python, and texts have no file; nor can an empty name be written to.
        var name = file.FileName is { Length: > 0 } given ? given : throw new PyException("AttributeError", "'str' object has no attribute 'file'");
        var folderType = Field(parts, "type") ?? "input";
        var root = process.Files.Folder(folderType) ?? throw new PyException("TypeError", "unknown folder type");
        var subfolder = Field(parts, "subfolder") ?? "";
        if (ServerFiles.Inside(root, Path.Combine(Path.GetFullPath(Path.Combine(root, subfolder)), name)) is not { } path
            || ServerFiles.Inside(root, subfolder) is not { } folder)
        {
            await Reply.EmptyAsync(context, 400);
            return;
        }

        Directory.CreateDirectory(folder);
        if (Field(parts, "overwrite") is not ("true" or "1"))
        {
            (name, path) = FreeName(folder, name, file.Content);
        }

        if (change(parts, file.Content) is { } content)
        {
            try
            {
                await File.WriteAllBytesAsync(path, content);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new PyException("FileNotFoundError", problem.Message);
            }
        }

        await Reply.JsonAsync(context, Py.Dict(("name", name), ("subfolder", subfolder), ("type", folderType)));
    }

    // "x.png", then "x (1).png", "x (2).png": the first that is free or already holds the same bytes.
    private static (string Name, string Path) FreeName(string folder, string name, byte[] content)
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        var directory = name[..^(stem.Length + extension.Length)];
        var candidate = name;
        for (var i = 1; ; i++)
        {
            var path = Path.Combine(folder, candidate);
            if (!File.Exists(path) || SHA256.HashData(File.ReadAllBytes(path)).AsSpan().SequenceEqual(SHA256.HashData(content)))
            {
                return (candidate, path);
            }

            candidate = $"{directory}{stem} ({i}){extension}";
        }
    }

    private static string? Field(IReadOnlyList<FormPart> parts, string name) => parts.FirstOrDefault(p => p.Name == name)?.Text;

    // The original's colours with the mask's alpha. What is wrong with the original writes nothing and says nothing.
    private byte[]? Compose(IReadOnlyList<FormPart> parts, byte[] content)
    {
        PyDict reference;
        try
        {
            reference = PyJsonReader.Parse(Field(parts, "original_ref") ?? throw new PyException("KeyError", "'original_ref'")) as PyDict ?? [];
        }
        catch (FormatException problem)
        {
            throw new PyException("JSONDecodeError", problem.Message);
        }

        var (name, type) = ServerFiles.Annotation(
            Py.Str(reference.GetValueOrDefault("filename") ?? throw new PyException("KeyError", "'filename'")),
            Py.Str(reference.GetValueOrDefault("type", "output")));
        if (name.StartsWith('/') || name.Contains("..", StringComparison.Ordinal) || process.Files.Folder(type) is not { } root
            || ServerFiles.Inside(root, Py.Str(reference.GetValueOrDefault("subfolder", ""))) is not { } folder
            || Path.Combine(folder, name) is var path && !File.Exists(path))
        {
            return null;
        }

        var original = PngDecoder.TryDecode(File.ReadAllBytes(path)) ?? throw new PyException("PIL.UnidentifiedImageError", "cannot identify image file");
        var mask = PngDecoder.TryDecode(content)?.Image ?? throw new PyException("PIL.UnidentifiedImageError", "cannot identify image file");
        var alpha = Resampler.Resize(mask, original.Image.Width, original.Image.Height, "nearest-exact");
        var result = original.Image.WithChannels(4);
        for (var i = 0; i < result.Width * result.Height; i++)
        {
            result.Data[(i * 4) + 3] = alpha.Sample(i % result.Width, i / result.Width, 3);
        }

        return PngEncoder.Encode(result, original.Texts);
    }
}
