using System.Collections.Generic;
using System.IO;
using System.Text;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>.env files as people and their editors write them.</summary>
public sealed class DotEnvFileTests
{
    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("A = b ", "b")]
    [InlineData("  A=b", "b")]
    [InlineData("export A=b", "b")]
    [InlineData("export\tA=b", "b")]
    [InlineData("A=", "")]
    [InlineData("A=b # a comment", "b")]
    [InlineData("A=b#c", "b#c")]
    [InlineData("A=#b", "")]
    [InlineData("A=p@ss#w0rd!$%^&*()", "p@ss#w0rd!$%^&*()")]
    [InlineData("A=a=b=c", "a=b=c")]
    [InlineData("A=\"b # no comment\" # a comment", "b # no comment")]
    [InlineData("A='b # no comment'", "b # no comment")]
    [InlineData("A=' b '", " b ")]
    [InlineData("A=\"\"", "")]
    [InlineData("A='a\\nb'", "a\\nb")]
    [InlineData("A=\"a\\nb\\t\\\"c\\\" \\\\ \\$x\"", "a\nb\t\"c\" \\ $x")]
    [InlineData("A=\"first\nsecond\"", "first\nsecond")]
    [InlineData("A='first\r\nsecond'", "first\r\nsecond")]
    [InlineData("A=it's", "it's")]
    [InlineData("A=one\nA=two", "two")]
    [InlineData("\uFEFFA=b", "b")]
    [InlineData("# comment\r\n\r\nA=b\r\n", "b")]
    [InlineData("# comment\rA=b\r", "b")]
    public void A_value_is_read_as_dotenv_files_mean_it(string text, string expected)
        => Assert.Equal(expected, DotEnvFile.Parse(text, ".env")["A"]);

    [Fact]
    public void What_follows_a_value_over_several_lines_is_read_too()
    {
        IReadOnlyDictionary<string, string> values = DotEnvFile.Parse("A=\"one\r\ntwo\"\r\nB=3\r\nC='4'\nD=5", ".env");

        Assert.Equal(["one\r\ntwo", "3", "4", "5"], [values["A"], values["B"], values["C"], values["D"]]);
    }

    [Theory]
    [InlineData("A=1\njust hunter2\n", "line 2")]
    [InlineData("=hunter2", "line 1")]
    [InlineData("two words=hunter2", "line 1")]
    [InlineData("A=\"one\ntwo\"\nhunter2", "line 3")]
    [InlineData("A=1\nB=\"hunter2\nhunter2", "line 2")]
    [InlineData("A=1\nB='hunter2", "line 2")]
    public void A_line_that_makes_no_sense_is_named_but_not_shown(string text, string where)
    {
        var error = Assert.Throws<ComfyUIException>(() => DotEnvFile.Parse(text, "my.env"));

        Assert.Equal(ComfyUIErrorId.InvalidConfiguration, error.ErrorId);
        Assert.Contains("my.env", error.Message);
        Assert.Contains(where, error.Message);
        Assert.DoesNotContain("hunter2", error.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_is_read_with_the_byte_order_mark_its_editor_left(bool utf16)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder[".env"], "A=b\u00E4r\r\n", utf16 ? Encoding.Unicode : new UTF8Encoding(true));

        Assert.Equal("b\u00E4r", DotEnvFile.Read(folder[".env"])["A"]);
    }

    [Fact]
    public void A_file_that_is_missing_a_folder_or_too_large_is_refused_by_name()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["large.env"], new string('#', (1024 * 1024) + 1));

        foreach (string path in new[] { folder["missing.env"], folder.FullName, folder["large.env"], string.Empty, folder["missing/folder/.env"] })
        {
            var error = Assert.Throws<ComfyUIException>(() => DotEnvFile.Read(path));
            Assert.Equal(ComfyUIErrorId.InvalidConfiguration, error.ErrorId);
            Assert.Contains($"'{path}'", error.Message);
        }
    }
}
