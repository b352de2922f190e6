using System.Collections.Generic;

namespace ComfyUI.HelpGenerator;

/// <summary>The page of a cmdlet.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The cmdlet, from the first heading.</param>
/// <param name="Synopsis">One line.</param>
/// <param name="Description">Paragraphs.</param>
/// <param name="Examples">The examples.</param>
/// <param name="Parameters">Texts that go before those of the assembly, by parameter.</param>
/// <param name="Notes">Paragraphs.</param>
/// <param name="Related">What to read next.</param>
/// <param name="Mentions">Cmdlets and parameters that the page names, and where.</param>
internal sealed record HelpPage(
    string Path,
    string Name,
    IReadOnlyList<string> Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<HelpExample> Examples,
    IReadOnlyDictionary<string, HelpText> Parameters,
    IReadOnlyList<string> Notes,
    IReadOnlyList<HelpLink> Related,
    IReadOnlyList<Mention> Mentions,
    IReadOnlyList<Problem> Problems);

/// <summary>An example: a title, what to type, and what there is to say about it.</summary>
internal sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks, int Line);

/// <summary>Paragraphs under a heading.</summary>
internal sealed record HelpText(IReadOnlyList<string> Paragraphs, int Line);

/// <summary>A link; the address is empty when it is to another page.</summary>
internal sealed record HelpLink(string Text, string Address);

/// <summary>A name in a page that must exist.</summary>
internal sealed record Mention(string Name, int Line);

/// <summary>Something wrong with a page, written as compilers write it, so that the build shows it as an error of its own.</summary>
internal sealed record Problem(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}({Line}): error HELP0001: {Message}";
}
