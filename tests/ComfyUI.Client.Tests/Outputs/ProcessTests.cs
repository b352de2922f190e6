using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Outputs;

/// <summary>What only shows between processes, or in one that does nothing else.</summary>
public sealed class ProcessTests
{
    private const int Files = 40;
    private const string LongForm = "COMFYUI_TEST_FILE_MIB";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_processes_that_save_files_of_one_name_into_one_folder_lose_none(bool overwrite)
    {
        if (OtherProcess.Orders is [var address, var where, var how])
        {
            if (bool.Parse(how) == overwrite)
            {
                using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = new Uri(address) });
                await SaveManyAsync(session, where, overwrite);
            }

            return;
        }

        await using Scene scene = await Scene.StartAsync();
        byte[] content = Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7)).ToArray();
        Directory.CreateDirectory(scene.Server.OutputDirectory);
        File.WriteAllBytes(Path.Combine(scene.Server.OutputDirectory, "same.bin"), content);

        Task other = OtherProcess.RunAsync([scene.Server.BaseUri.ToString(), scene.Folder.FullName, overwrite.ToString()]);
        await Eventually.TrueAsync(() => scene.Count("GET", "/view") > 0 || other.IsCompleted);
        FileInfo[] mine = await SaveManyAsync(scene.Session, scene.Folder.FullName, overwrite);
        await other;

        string[] files = Directory.GetFileSystemEntries(scene.Folder.FullName);
        Assert.Equal(overwrite ? 1 : 2 * Files, files.Length);
        Assert.Equal(overwrite ? 1 : Files, mine.Select(file => file.FullName).Distinct().Count());
        Assert.All(files, file => Assert.Equal(content, File.ReadAllBytes(file)));
        Assert.Equal(2 * Files, scene.Count("GET", "/view"));
    }

    // The long form: COMFYUI_TEST_FILE_MIB=4096 dotnet test tests/ComfyUI.Client.Tests --filter FullyQualifiedName~ProcessTests
    [Fact]
    public async Task A_large_file_takes_no_more_memory_than_a_small_one()
    {
        if (OtherProcess.Orders is [var address, var where])
        {
            using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = new Uri(address) });
            await SaveAsync(session, "small.bin", where);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            FileInfo file = await SaveAsync(session, "large.bin", where);
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            await File.WriteAllTextAsync(Path.Combine(where, "numbers"), string.Join(' ', file.Length, allocated), Scene.Cancel);
            return;
        }

        long mebibytes = long.TryParse(Environment.GetEnvironmentVariable(LongForm), CultureInfo.InvariantCulture, out long asked) ? asked : 64;
        await using Scene scene = await Scene.StartAsync();
        Directory.CreateDirectory(scene.Server.OutputDirectory);
        Make("small.bin", 1024);
        Make("large.bin", mebibytes * 1024 * 1024);

        await OtherProcess.RunAsync([scene.Server.BaseUri.ToString(), scene.Folder.FullName]);

        long[] numbers = [.. File.ReadAllText(scene.Folder["numbers"]).Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        Assert.Equal(mebibytes * 1024 * 1024, numbers[0]);
        // A few hundred bytes for each read that waits, whatever a read brings; of the bytes themselves, none.
        Assert.InRange(numbers[1], 0, 4 * 1024 * 1024 + (mebibytes * 16 * 1024));
        TestContext.Current.TestOutputHelper!.WriteLine($"{mebibytes} MiB: {numbers[1] / 1024} KiB allocated");

        void Make(string name, long length)
        {
            using FileStream file = File.Create(Path.Combine(scene.Server.OutputDirectory, name));
            file.SetLength(length);
        }
    }

    private static Task<FileInfo[]> SaveManyAsync(ComfyUISession session, string folder, bool overwrite)
        => Task.WhenAll(Enumerable.Range(0, Files).Select(_ => SaveAsync(session, "same.bin", folder, overwrite)));

    private static Task<FileInfo> SaveAsync(ComfyUISession session, string name, string folder, bool overwrite = false)
        => session.Outputs.SaveAsync(new ComfyUIOutput { FileName = name, Type = "output" }, new ComfyUISaveOptions { Folder = folder, Overwrite = overwrite }, Scene.Cancel);
}
