using System;
using System.IO;
using System.Linq;
using System.Text;
using Xunit;

namespace ComfyUI.Client.Tests.Outputs;

/// <summary>Names that a server chose never leave the folder, and are good names on every system.</summary>
public sealed class LocalNameTests
{
    public static TheoryData<string, string> Hostile => new()
    {
        { "", "../../etc/passwd" },
        { "", "..\\..\\windows\\win.ini" },
        { "../../..", "x.png" },
        { "..\\..", "x.png" },
        { "a/../../..", "x.png" },
        { "/etc", "passwd" },
        { "C:\\Windows", "x.png" },
        { "C:", "x.png" },
        { "", "C:\\x.png" },
        { "", "C:x.png" },
        { "\\\\host\\share", "x.png" },
        { "", "/" },
        { "", ".." },
        { "", "..." },
        { "", ". . ." },
        { "...", "...." },
        { "", "x.png\0.exe" },
        { "", "x.png:stream" },
        { "", "x.png::$DATA" },
        { "", "~/x.png" },
        { "./.", "./x.png" },
        { "\u202E", "gnp.exe\u202Etxt" },
        { "", "%2e%2e%2fx.png" },
        { "", "\uD83D.png" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void No_name_leaves_the_folder(string subfolder, string fileName)
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "out"));

        string path = LocalName.Below(root, subfolder, fileName);

        Assert.StartsWith(root + Path.DirectorySeparatorChar, path, StringComparison.Ordinal);
        Assert.Equal(path, Path.GetFullPath(path));
        string[] parts = path.Substring(root.Length + 1).Split(Path.DirectorySeparatorChar);
        Assert.All(parts, part => Assert.DoesNotContain(part, new[] { "", ".", ".." }));
        Assert.All(parts, part => Assert.True(part.IndexOfAny([':', '\\', '/', '\0', '\u202E']) < 0, part));
    }

    [Theory]
    [InlineData("sub/folder", "x.png", "sub/folder/x.png")]
    [InlineData("sub\\folder", "x.png", "sub/folder/x.png")]
    [InlineData("", "a/b/x.png", "x.png")]
    [InlineData("", "b\u00E4r \U0001F600 (1).png", "b\u00E4r \U0001F600 (1).png")]
    [InlineData("", "x.png. .", "x.png")]
    [InlineData("", " x.png ", "x.png")]
    [InlineData("", "a<b>c|d?e*f\"g.png", "a_b_c_d_e_f_g.png")]
    [InlineData("", "a\u0007\u001Bb.png", "a__b.png")]
    [InlineData("", "CON", "_CON")]
    [InlineData("", "con.png", "_con.png")]
    [InlineData("", "Lpt1 .tar.gz", "_Lpt1 .tar.gz")]
    [InlineData("", "COM\u00B9.txt", "_COM\u00B9.txt")]
    [InlineData("aux", "nul", "_aux/_nul")]
    [InlineData("", "CONSOLE.png", "CONSOLE.png")]
    [InlineData("", ".bashrc", "_.bashrc")]
    [InlineData(".ssh", "authorized_keys", "_.ssh/authorized_keys")]
    [InlineData("", "", "file")]
    public void A_name_stays_as_much_as_it_can(string subfolder, string fileName, string expected)
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "out"));

        Assert.Equal(Path.Combine([root, .. expected.Split('/')]), LocalName.Below(root, subfolder, fileName));
    }

    [Fact]
    public void A_file_of_the_users_own_may_be_hidden()
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "out"));

        Assert.Equal(Path.Combine(root, "workflows", ".index.json"), LocalName.Below(root, "workflows", ".index.json", mayHide: true));
    }

    [Theory]
    [InlineData("x", 300, ".png", true)]
    [InlineData("\U0001F600", 150, ".jpeg", true)]
    [InlineData("\u00E4", 300, "", false)]
    [InlineData("x.", 150, "", false)]
    [InlineData("x ", 150, "", false)]
    [InlineData("x", 10, ".an-extension-that-is-none", false)]
    public void A_name_that_is_too_long_keeps_its_extension_and_whole_characters(string unit, int times, string extension, bool kept)
    {
        string name = string.Concat(Enumerable.Repeat(unit, times)) + extension;

        string clean = LocalName.Clean(name)!;

        Assert.InRange(Encoding.UTF8.GetByteCount(clean), 1, 200);
        Assert.Equal(kept, extension.Length > 0 && times > 10 && clean.EndsWith(extension, StringComparison.Ordinal));
        Assert.Equal(clean, clean.TrimEnd('.', ' '));
        Assert.Equal(clean, new UTF8Encoding(false, true).GetString(new UTF8Encoding(false, true).GetBytes(clean)));
    }

    [Fact]
    public void The_root_of_a_drive_is_a_folder_like_any_other()
        => Assert.Equal(Path.Combine(Path.GetPathRoot(Path.GetFullPath("/"))!, "x.png"), LocalName.Below(Path.GetPathRoot(Path.GetFullPath("/"))!, "..", "x.png"));
}
