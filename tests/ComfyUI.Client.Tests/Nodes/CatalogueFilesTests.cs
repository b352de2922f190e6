using System;
using System.IO;
using Xunit;

namespace ComfyUI.Client.Tests.Nodes;

/// <summary>Catalogues that people saved to files.</summary>
public class CatalogueFilesTests
{
    private const string Catalogue = """{"A":{"input":{},"output":[]}}""";

    [Fact]
    public void A_file_is_read_once_and_again_when_it_has_changed()
    {
        using var folder = new TempFolder();
        string path = folder["nodes.json"];
        File.WriteAllText(path, Catalogue);
        ComfyUINodeCatalogue first = CatalogueFiles.Load(path);
        Assert.Same(first, CatalogueFiles.Load(path));

        File.WriteAllText(path, Catalogue.Replace("\"A\"", "\"Another\""));
        Assert.True(CatalogueFiles.Load(path).Contains("Another"));
    }

    [Fact]
    public void Only_the_last_few_are_kept()
    {
        using var folder = new TempFolder();
        string Write(int number)
        {
            string path = folder[number + ".json"];
            File.WriteAllText(path, Catalogue);
            return path;
        }

        string oldest = Write(0);
        ComfyUINodeCatalogue first = CatalogueFiles.Load(oldest);
        for (int i = 1; i <= 4; i++)
        {
            CatalogueFiles.Load(Write(i));
        }

        Assert.NotSame(first, CatalogueFiles.Load(oldest));
    }

    [Theory]
    [InlineData(null, ComfyUIErrorId.FileFailed)]
    [InlineData("<html></html>", null)]
    [InlineData("[]", null)]
    public void What_is_no_catalogue_is_an_error_that_names_the_file(string? content, string? errorId)
    {
        using var folder = new TempFolder();
        string path = folder["none.json"];
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        var error = Assert.ThrowsAny<ComfyUIException>(() => CatalogueFiles.Load(path));
        Assert.Equal(errorId ?? error.ErrorId, error.ErrorId);
        Assert.Contains("none.json", error.Message, StringComparison.Ordinal);
    }
}
