using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>A cmdlet that takes files of this machine: by paths with wildcards, or literally, as Get-ChildItem gives them.</summary>
public abstract class FileInputCmdlet : BatchCmdlet
{
    private protected const string PathSet = "Path";

    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The paths with wildcards of this record: in the other set the property holds what an earlier record left.</summary>
    private protected IEnumerable<string> Paths => ParameterSetName == PathSet ? Path : [];

    /// <summary>All files that are meant.</summary>
    private protected IEnumerable<string> InputFiles()
    {
        foreach (string path in LiteralPath)
        {
            yield return ResolveFilePath(path);
        }

        foreach (string path in Paths)
        {
            foreach (string file in FilesOf(path))
            {
                yield return file;
            }
        }
    }

    /// <summary>The files that a path with wildcards means; reported, and none, when there are none.</summary>
    private protected IReadOnlyList<string> FilesOf(string path)
    {
        try
        {
            return ResolveExistingFiles(path);
        }
        catch (ComfyUIException e)
        {
            Report(e, path);
            return [];
        }
    }
}
